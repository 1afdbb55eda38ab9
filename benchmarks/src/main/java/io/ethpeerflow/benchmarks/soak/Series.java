package io.ethpeerflow.benchmarks.soak;

/**
 * What is sampled in the host under test. A leak is what moves a series up by more than {@link
 * #allowedGrowth} while it is watched: that much comes and goes by itself.
 */
enum Series {
  /** Open file descriptors. */
  DESCRIPTORS("descriptors", 1, 3),
  /** Sockets among them. */
  SOCKETS("sockets", 1, 2),
  /** Bytes of Netty's direct buffers that somebody holds. */
  DIRECT_PINNED("direct pinned", Series.MIB, 1),
  /** Bytes of the chunks that Netty's pool has taken, 4 MiB each. */
  DIRECT_POOLED("direct pooled", Series.MIB, 8.5),
  /** Bytes of direct buffers of the JDK. */
  DIRECT_JDK("direct JDK", Series.MIB, 1),
  /** Bytes of the heap that are alive after a full collection. */
  HEAP_LIVE("heap live", Series.MIB, 1),
  /** Live platform threads. */
  THREADS("threads", 1, 2),
  /** Resident bytes of the process. */
  RESIDENT("resident", Series.MIB, 24),
  /** Open connections. */
  CONNECTIONS("connections", 1, 2),
  /** Open streams of all connections. */
  STREAMS("streams", 1, 3),
  /** Connections for which limits are held. */
  LIMIT_CONNECTIONS("limit connections", 1, 2),
  /** Streams for which limits are held. */
  LIMIT_STREAMS("limit streams", 1, 3),
  /** Bytes of memory that are reserved. */
  LIMIT_MEMORY("limit memory", Series.MIB, 1);

  private static final double MIB = 1 << 20;

  private final String label;
  private final double unit;
  private final double allowedGrowth;

  Series(String label, double unit, double allowedGrowth) {
    this.label = label;
    this.unit = unit;
    this.allowedGrowth = allowedGrowth;
  }

  /** The name in tables. */
  String label() {
    return isBytes() ? label + ", MiB" : label;
  }

  /** A sampled value in the unit of the tables. */
  double scaled(long value) {
    return value / unit;
  }

  /** In the unit of the tables, within the whole time that is looked at. */
  double allowedGrowth() {
    return allowedGrowth;
  }

  private boolean isBytes() {
    return unit > 1;
  }
}
