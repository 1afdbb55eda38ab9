package io.ethpeerflow.testkit.leak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts Netty's tracked resources exactly: every one is entered when it is made and struck out
 * when it is released, so nothing depends on the garbage collector.
 *
 * <p>Netty tracks what allocators hand out (pooled, adaptive, direct, composite); it does not track
 * {@code Unpooled.buffer()} and {@code Unpooled.wrappedBuffer()}, which live on the heap.
 */
final class BufferLeaks {
  /** Records the last accesses of each buffer too; slow, for hunting one leak. */
  private static final boolean RECORD_ACCESSES = Boolean.getBoolean("peerflow.leak.accesses");

  private static final int MAX_ACCESSES = 4;
  private static final int MAX_FRAMES = 12;

  private static final Set<Tracker<?>> OUTSTANDING = ConcurrentHashMap.newKeySet();
  private static final AtomicLong SEQUENCE = new AtomicLong();
  private static final boolean ACTIVE = install();

  private BufferLeaks() {}

  /** False when Netty's buffers were initialised before this class, and cannot be counted. */
  static boolean active() {
    return ACTIVE;
  }

  /** A point in time; resources made later have a greater number. */
  static long mark() {
    return SEQUENCE.get();
  }

  /** Resources made after the mark and not yet released, except constants of classes. */
  static List<Tracker<?>> since(long mark) {
    if (OUTSTANDING.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<Tracker<?>>();
    OUTSTANDING.removeIf(tracker -> tracker.sequence > mark && tracker.isConstant());
    for (Tracker<?> tracker : OUTSTANDING) {
      if (tracker.sequence > mark) {
        found.add(tracker);
      }
    }
    return found;
  }

  /** One line per origin, and forgets the resources: they are reported once. */
  static List<String> describe(List<Tracker<?>> leaked) {
    var byOrigin = new LinkedHashMap<String, Integer>();
    leaked.stream()
        .sorted((a, b) -> Long.compare(a.sequence, b.sequence))
        .forEach(tracker -> byOrigin.merge(tracker.origin(), 1, Integer::sum));
    leaked.forEach(OUTSTANDING::remove);
    var lines = new ArrayList<String>();
    byOrigin.forEach((origin, count) -> lines.add(count + " x " + origin));
    return lines;
  }

  private static boolean install() {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
    long before = mark();
    UnpooledByteBufAllocator.DEFAULT.directBuffer(1, 1).release();
    return mark() > before;
  }

  private static final class Factory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation")
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new Detector<>(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return new Detector<>(resource, samplingInterval);
    }
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    private final String resource;

    Detector(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
      this.resource = resource == ByteBuf.class ? "buffer" : resource.getSimpleName();
    }

    @Override
    public ResourceLeakTracker<T> track(T object) {
      return new Tracker<>(resource);
    }

    @Override
    public ResourceLeakTracker<T> trackForcibly(T object) {
      return new Tracker<>(resource);
    }

    @Override
    public boolean isRecordEnabled() {
      return RECORD_ACCESSES;
    }
  }

  static final class Tracker<T> implements ResourceLeakTracker<T> {
    private final String resource;
    private final long sequence = SEQUENCE.incrementAndGet();
    private final String thread = Thread.currentThread().getName();
    private final Throwable made = new Throwable();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Throwable> accesses = new ArrayList<>(0);

    Tracker(String resource) {
      this.resource = resource;
      OUTSTANDING.add(this);
    }

    @Override
    public void record() {
      record(null);
    }

    @Override
    public void record(@Nullable Object hint) {
      if (RECORD_ACCESSES) {
        synchronized (accesses) {
          accesses.add(new Throwable(hint == null ? "" : hint.toString()));
          if (accesses.size() > MAX_ACCESSES) {
            accesses.remove(0);
          }
        }
      }
    }

    @Override
    public boolean close(T object) {
      OUTSTANDING.remove(this);
      return closed.compareAndSet(false, true);
    }

    boolean isConstant() {
      return Arrays.stream(made.getStackTrace())
          .anyMatch(frame -> frame.getMethodName().equals("<clinit>"));
    }

    String origin() {
      var text = new StringBuilder(resource).append(" made by thread ").append(thread);
      text.append(frames(made));
      synchronized (accesses) {
        for (Throwable access : accesses) {
          text.append("\n      used ").append(access.getMessage()).append(frames(access));
        }
      }
      return text.toString();
    }

    private static String frames(Throwable at) {
      return Arrays.stream(at.getStackTrace())
          .filter(frame -> !isPlumbing(frame.getClassName()))
          .limit(MAX_FRAMES)
          .map(frame -> "\n      at " + frame)
          .collect(Collectors.joining());
    }

    private static boolean isPlumbing(String className) {
      return className.startsWith("io.netty.buffer.")
          || className.startsWith("io.netty.util.")
          || className.startsWith("io.ethpeerflow.testkit.leak.BufferLeaks")
          || className.startsWith("org.junit.")
          || className.startsWith("org.apache.maven.")
          || className.startsWith("jdk.internal.reflect.")
          || className.startsWith("java.lang.reflect.")
          || className.startsWith("java.lang.invoke.")
          || className.startsWith("java.util.stream.");
    }
  }
}
