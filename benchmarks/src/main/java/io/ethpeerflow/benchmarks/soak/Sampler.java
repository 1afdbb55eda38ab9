package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.benchmarks.runtime.ResidentMemory;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.limits.ScopeUsage;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads what this process holds, after a full collection. */
final class Sampler {
  private static final Path SELF = Path.of("/proc/self");

  private final Host host;
  private final ResourceManager limits;

  Sampler(Host host, ResourceManager limits) {
    this.host = host;
    this.limits = limits;
  }

  Map<Series, Long> sample() throws IOException {
    ManagementFactory.getMemoryMXBean().gc();
    var values = new EnumMap<Series, Long>(Series.class);
    long sockets = 0;
    List<Path> descriptors = descriptors();
    for (Path descriptor : descriptors) {
      if (isSocket(descriptor)) {
        sockets++;
      }
    }
    values.put(Series.DESCRIPTORS, (long) descriptors.size());
    values.put(Series.SOCKETS, sockets);
    values.put(Series.DIRECT_PINNED, PooledByteBufAllocator.DEFAULT.pinnedDirectMemory());
    values.put(Series.DIRECT_POOLED, PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
    values.put(
        Series.DIRECT_JDK,
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum());
    values.put(
        Series.HEAP_LIVE, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    values.put(Series.THREADS, (long) ManagementFactory.getThreadMXBean().getThreadCount());
    values.put(Series.RESIDENT, ResidentMemory.bytes());
    values.put(Series.CONNECTIONS, (long) host.connections().size());
    values.put(
        Series.STREAMS,
        host.connections().stream().mapToLong(connection -> connection.streams().size()).sum());
    ScopeUsage system = limits.usage().system();
    values.put(Series.LIMIT_CONNECTIONS, (long) system.connections());
    values.put(Series.LIMIT_STREAMS, (long) system.streams());
    values.put(Series.LIMIT_MEMORY, system.memoryBytes());
    return values;
  }

  /** Without the one that lists them. */
  private static List<Path> descriptors() throws IOException {
    try (Stream<Path> listed = Files.list(SELF.resolve("fd"))) {
      return listed.filter(Files::isSymbolicLink).filter(link -> !isListing(link)).toList();
    }
  }

  private static boolean isListing(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).endsWith("fd");
    } catch (IOException gone) {
      return true;
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException gone) {
      return false;
    }
  }
}
