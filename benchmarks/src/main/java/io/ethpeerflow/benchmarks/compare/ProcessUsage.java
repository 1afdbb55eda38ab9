package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.benchmarks.runtime.ResidentMemory;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this process uses: of Linux's {@code /proc}, and within the virtual machine. */
final class ProcessUsage {
  /** The unit of the times in {@code stat}; fixed by Linux for user space. */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path SELF = Path.of("/proc/self");

  private ProcessUsage() {}

  /**
   * The figures of this moment.
   *
   * @param collect whether to collect garbage first, so that the heap used is what is alive
   */
  static Map<String, Object> now(boolean collect) {
    if (collect) {
      ManagementFactory.getMemoryMXBean().gc();
    }
    Map<String, Object> found = new LinkedHashMap<>();
    try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"))) {
      found.put("rssBytes", ResidentMemory.bytes());
      found.put("cpuSeconds", cpuSeconds());
      found.put("openFiles", descriptors.count() - 1); // without the one that lists the directory
    } catch (IOException failed) {
      throw new CommandException("unsupported: no /proc: " + failed.getMessage(), failed);
    }
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    found.put("heapUsedBytes", heap.getUsed());
    found.put("heapCommittedBytes", heap.getCommitted());
    found.put("directBytes", PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
    return found;
  }

  private static double cpuSeconds() throws IOException {
    String stat = Files.readString(SELF.resolve("stat"));
    // The name in parentheses may hold blanks; utime and stime are the 12th and 13th field after
    // it.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
  }
}
