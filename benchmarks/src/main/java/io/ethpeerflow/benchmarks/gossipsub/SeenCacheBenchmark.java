package io.ethpeerflow.benchmarks.gossipsub;

import io.ethpeerflow.gossipsub.cache.SeenCache;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cache of ids that were seen, full, so that each new id makes it forget the oldest. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class SeenCacheBenchmark {
  private static final long TTL_NANOS = TimeUnit.SECONDS.toNanos(120);

  /** Ids in the cache. */
  @Param({"10000", "1000000"})
  public int ids;

  private SeenCache cache;
  // those in the cache, and as many that are not
  private MessageIds all;
  private int next;

  /** Fills the cache. */
  @Setup
  public void prepare() {
    all = Samples.ids(2 * ids, 1);
    cache = new SeenCache(TTL_NANOS, ids, 3, 4);
    for (int i = 0; i < ids; i++) {
      cache.add(all.array(), all.from(i), all.to(i), 0);
    }
  }

  private int next(int bound) {
    next = next + 1 >= bound ? 0 : next + 1;
    return next;
  }

  private boolean contains(int i) {
    return cache.contains(all.array(), all.from(i), all.to(i), 1);
  }

  /** An id that was seen, as in an IHAVE that brings nothing new. */
  @Benchmark
  public boolean containsSeen() {
    return contains(next(ids));
  }

  /** One that was not. */
  @Benchmark
  public boolean containsNew() {
    return contains(ids + next(ids));
  }

  /** One that is not there any more or yet, in the place of the oldest. */
  @Benchmark
  public boolean addNew() {
    int i = next(2 * ids);
    return cache.add(all.array(), all.from(i), all.to(i), 1);
  }
}
