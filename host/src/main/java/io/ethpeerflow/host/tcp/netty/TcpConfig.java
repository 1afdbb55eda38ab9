package io.ethpeerflow.host.tcp.netty;

import java.time.Duration;

/**
 * The TCP transport.
 *
 * @param backlog connections that the kernel completes before they are accepted; default 1024
 * @param writeHighBytes outbound bytes of a connection above which writers pause; default 512 KiB.
 *     Bounds a peer that does not read
 * @param writeLowBytes outbound bytes below which they go on; default 128 KiB
 * @param maxReadBytes most that one read call takes from a socket; default 256 KiB
 * @param closeLinger how long a close waits for what was written; default 5 s
 */
public record TcpConfig(
    int backlog, int writeHighBytes, int writeLowBytes, int maxReadBytes, Duration closeLinger) {
  /** The defaults. */
  public static final TcpConfig DEFAULT =
      new TcpConfig(1024, 512 << 10, 128 << 10, 256 << 10, Duration.ofSeconds(5));

  /** Checks each value and their relation. */
  public TcpConfig {
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog: " + backlog + " < 1");
    }
    if (writeLowBytes < 1 || writeHighBytes < writeLowBytes) {
      throw new IllegalArgumentException(
          "write marks: " + writeLowBytes + " to " + writeHighBytes + " is no range");
    }
    if (maxReadBytes < 2048) {
      throw new IllegalArgumentException("maxReadBytes: " + maxReadBytes + " < 2048");
    }
    if (closeLinger.isNegative()) {
      throw new IllegalArgumentException("closeLinger: " + closeLinger + " is negative");
    }
  }
}
