package io.ethpeerflow.testkit.leak;

import io.ethpeerflow.testkit.time.VirtualClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Test classes that leak, or do not, on purpose; run by {@link LeakCheckTest} only. */
final class LeakyFixtures {
  static final List<ByteBuf> BUFFERS = new ArrayList<>();
  static final List<Closeable> CLOSEABLES = new ArrayList<>();
  static final List<Process> PROCESSES = new ArrayList<>();
  static volatile CountDownLatch stop = new CountDownLatch(1);

  private LeakyFixtures() {}

  static void cleanUp() throws IOException, InterruptedException {
    BUFFERS.forEach(ByteBuf::release);
    BUFFERS.clear();
    for (Closeable closeable : CLOSEABLES) {
      closeable.close();
    }
    CLOSEABLES.clear();
    for (Process process : PROCESSES) {
      process.destroyForcibly().waitFor();
    }
    PROCESSES.clear();
    stop.countDown();
    stop = new CountDownLatch(1);
  }

  static final class LeaksPooledBuffer {
    @Test
    void leaks() {
      BUFFERS.add(ByteBufAllocator.DEFAULT.buffer(16));
      BUFFERS.add(ByteBufAllocator.DEFAULT.buffer(16));
    }
  }

  static final class LeaksUnpooledDirectBuffer {
    @Test
    void leaks() {
      BUFFERS.add(UnpooledByteBufAllocator.DEFAULT.directBuffer(16));
    }
  }

  static final class LeaksThroughASlice {
    @Test
    void leaks() {
      ByteBuf whole = ByteBufAllocator.DEFAULT.buffer(16).writeLong(1);
      BUFFERS.add(whole.readRetainedSlice(4));
      whole.release();
    }
  }

  static final class LeaksBufferInANestedClass {
    @Nested
    final class Inner {
      @Test
      void leaks() {
        BUFFERS.add(ByteBufAllocator.DEFAULT.buffer(16));
      }
    }
  }

  static final class LeaksSocket {
    @Test
    void leaks() throws IOException {
      CLOSEABLES.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
  }

  static final class LeaksSelector {
    @Test
    void leaks() throws IOException {
      CLOSEABLES.add(Selector.open());
    }
  }

  static final class LeaksFile {
    @Test
    void leaks() throws IOException {
      Path file = Files.createTempFile("leak", ".bin");
      InputStream in = Files.newInputStream(file);
      Files.delete(file);
      CLOSEABLES.add(in);
    }
  }

  static final class LeaksThread {
    @Test
    void leaks() {
      CountDownLatch until = stop;
      Thread.ofPlatform()
          .daemon()
          .name("forgotten-worker")
          .start(
              () -> {
                try {
                  until.await();
                } catch (InterruptedException asked) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  static final class LeaksProcess {
    @Test
    void leaks() throws IOException {
      Process child = new ProcessBuilder("sleep", "60").start();
      child.getOutputStream().close();
      child.getInputStream().close();
      child.getErrorStream().close();
      PROCESSES.add(child);
    }
  }

  @LeaksAllowed("shows the opt-out")
  static final class MayLeakAnything {
    @Test
    void leaks() {
      BUFFERS.add(ByteBufAllocator.DEFAULT.buffer(16));
    }
  }

  @LeaksAllowed(value = "shows the partial opt-out", kinds = LeakKind.THREADS)
  static final class MayLeakThreadsButLeaksABuffer {
    @Test
    void leaks() {
      BUFFERS.add(ByteBufAllocator.DEFAULT.buffer(16));
    }
  }

  @LeaksAllowed(" ")
  static final class GivesNoReason {
    @Test
    void passes() {}
  }

  static final class FailsAndLeaks {
    @Test
    void fails() {
      BUFFERS.add(ByteBufAllocator.DEFAULT.buffer(16));
      Assertions.fail("the cause to look at");
    }
  }

  static final class HoldsConstants {
    private static final ByteBuf CONSTANT = ByteBufAllocator.DEFAULT.buffer(1);

    @Test
    void usesIt() {
      BUFFERS.add(CONSTANT);
    }
  }

  static final class ReleasesLateButReleases {
    private static ByteBuf held = Unpooled.EMPTY_BUFFER;
    private static final List<Closeable> OPEN = new ArrayList<>();

    @BeforeAll
    static void open() throws IOException {
      held = ByteBufAllocator.DEFAULT.buffer(64);
      OPEN.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }

    @Test
    void usesVirtualTimeAndStartsAThreadThatEndsByItself() {
      new VirtualClock().runDue();
      Thread.ofPlatform().start(Thread::yield);
    }

    @AfterAll
    static void close() throws IOException {
      held.release();
      for (Closeable closeable : OPEN) {
        closeable.close();
      }
    }
  }
}
