package io.ethpeerflow.yamux;

import io.ethpeerflow.yamux.frame.FrameHeader;
import java.time.Duration;
import java.util.Objects;

/**
 * Every limit of a Yamux connection. The window at the start of a stream is not one of them: the
 * protocol fixes it at 262,144 bytes in both directions.
 *
 * @param maxFrameBytes payload of a data frame that we send, at most; 1,024 to 1 MiB, 65,524 by
 *     default. The record of the link bounds it too. A long frame of one stream delays the others,
 *     short ones cost headers and records; remotes refuse more than 1 MiB
 * @param maxWindowBytes to which a stream's receive window may grow, if the budget allows; 262,144
 *     to 1 GiB, 16 MiB by default. Bounds what a remote may have in flight to one slow reader
 * @param maxOpenStreams no outbound stream is opened while this many are open in either direction;
 *     1 to 2<sup>20</sup>, 500 by default. Some remotes end the connection at the 513th
 * @param maxInboundStreams inbound streams open at the same time, refused beyond; 1 to
 *     2<sup>20</sup>, 1,024 by default. Bounds what a remote can make us keep per connection
 * @param maxUnacknowledgedStreams outbound streams that the remote has not acknowledged, at most; 1
 *     to 256, 256 by default. Remotes may refuse what goes beyond
 * @param maxUnacceptedStreams inbound streams held back until somebody accepts, refused beyond; 1
 *     to 2<sup>16</sup>, 256 by default. Bounds a flood before the application is ready
 * @param maxWaitingOpens calls of {@code open} that may wait for a place, failed beyond; 0 to
 *     2<sup>20</sup>, 1,024 by default. Bounds our own callers when a remote stalls
 * @param maxQueuedPings answers to pings that may wait for the link, dropped beyond; 1 to 1,024, 32
 *     by default. Bounds a remote that pings and does not read
 * @param maxPendingResets resets of refused or dropped streams that may wait for the link, the
 *     connection ends beyond; 1 to 2<sup>16</sup>, 1,024 by default. Bounds a remote that opens
 *     streams and does not read
 * @param maxTombstones streams that we reset, remembered with the credit that the remote has left;
 *     1 to 2<sup>16</sup>, 1,024 by default. What arrives for them within that credit is ordinary,
 *     for forgotten ones it is charged as wasted
 * @param stopReadingBytes discarded and credited after {@code stopReading} before the stream is
 *     reset; 0 to 2<sup>30</sup>, 1 MiB by default. Bounds a remote that goes on sending to nobody
 * @param copyBelowBytes pieces shorter than this that wait are copied together, so that a queue
 *     costs memory in proportion to its bytes and small writes share a frame; 0 to 16,384, 4,096 by
 *     default. Pieces that wait to be read and are less than half of their buffer are copied in any
 *     case: bounds a remote that makes us hold a large buffer for each byte
 * @param synOnData whether SYN and ACK ride on the first data frame when there is one, instead of a
 *     window update of their own; true by default
 * @param flood what a remote may send without doing anything useful
 * @param keepAlive how the round trip is measured and a dead connection found
 */
public record YamuxConfig(
    int maxFrameBytes,
    int maxWindowBytes,
    int maxOpenStreams,
    int maxInboundStreams,
    int maxUnacknowledgedStreams,
    int maxUnacceptedStreams,
    int maxWaitingOpens,
    int maxQueuedPings,
    int maxPendingResets,
    int maxTombstones,
    int stopReadingBytes,
    int copyBelowBytes,
    boolean synOnData,
    Flood flood,
    KeepAlive keepAlive) {

  /** The defaults. */
  public static final YamuxConfig DEFAULT =
      new YamuxConfig(
          (64 << 10) - FrameHeader.BYTES,
          16 << 20,
          500,
          1024,
          256,
          256,
          1024,
          32,
          1024,
          1024,
          1 << 20,
          4096,
          true,
          Flood.DEFAULT,
          KeepAlive.DEFAULT);

  /**
   * Two buckets that empty as a remote sends what costs us work and brings nothing; the connection
   * ends when one of them is empty.
   *
   * @param wastedBytes size of the bucket for pings, empty frames and payload of streams that ended
   *     long ago, each counted as at least 64 bytes; 4,096 to 2<sup>40</sup>, 32 MiB by default
   * @param wastedBytesPerSecond what flows back; 1 to 2<sup>40</sup>, 256 KiB by default
   * @param resets size of the bucket for streams that the remote resets or that we refuse; 1 to
   *     2<sup>30</sup>, 2,048 by default. Bounds opening and resetting in a row, which costs us a
   *     handler each time
   * @param resetsPerSecond what flows back; 1 to 2<sup>30</sup>, 128 by default
   */
  public record Flood(
      long wastedBytes, long wastedBytesPerSecond, long resets, long resetsPerSecond) {
    /** The defaults. */
    public static final Flood DEFAULT = new Flood(32L << 20, 256L << 10, 2048, 128);

    /** Checks the ranges. */
    public Flood {
      Range.check("wastedBytes", wastedBytes, 4096, 1L << 40);
      Range.check("wastedBytesPerSecond", wastedBytesPerSecond, 1, 1L << 40);
      Range.check("resets", resets, 1, 1L << 30);
      Range.check("resetsPerSecond", resetsPerSecond, 1, 1L << 30);
    }
  }

  /**
   * Our own pings.
   *
   * @param interval between an answer and the next ping; 1 s to 1 h, 30 s by default. The first
   *     ping is sent at once
   * @param timeout the connection ends when a ping is not answered and nothing else arrives for
   *     this long; 1 s to 1 h, 20 s by default. Bounds how long a dead remote holds its streams
   */
  public record KeepAlive(Duration interval, Duration timeout) {
    /** The defaults. */
    public static final KeepAlive DEFAULT =
        new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(20));

    /** Checks the ranges. */
    public KeepAlive {
      Range.check("interval", interval.toMillis(), 1_000, 3_600_000);
      Range.check("timeout", timeout.toMillis(), 1_000, 3_600_000);
    }
  }

  /** Checks the ranges. */
  public YamuxConfig {
    Range.check("maxFrameBytes", maxFrameBytes, 1024, 1 << 20);
    Range.check("maxWindowBytes", maxWindowBytes, FrameHeader.INITIAL_WINDOW_BYTES, 1 << 30);
    Range.check("maxOpenStreams", maxOpenStreams, 1, 1 << 20);
    Range.check("maxInboundStreams", maxInboundStreams, 1, 1 << 20);
    Range.check("maxUnacknowledgedStreams", maxUnacknowledgedStreams, 1, 256);
    Range.check("maxUnacceptedStreams", maxUnacceptedStreams, 1, 1 << 16);
    Range.check("maxWaitingOpens", maxWaitingOpens, 0, 1 << 20);
    Range.check("maxQueuedPings", maxQueuedPings, 1, 1024);
    Range.check("maxPendingResets", maxPendingResets, 1, 1 << 16);
    Range.check("maxTombstones", maxTombstones, 1, 1 << 16);
    Range.check("stopReadingBytes", stopReadingBytes, 0, 1 << 30);
    Range.check("copyBelowBytes", copyBelowBytes, 0, 16 << 10);
    Objects.requireNonNull(flood, "flood");
    Objects.requireNonNull(keepAlive, "keepAlive");
  }

  /** A copy with another {@link #maxFrameBytes}. */
  public YamuxConfig withMaxFrameBytes(int maxFrameBytes) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxWindowBytes}. */
  public YamuxConfig withMaxWindowBytes(int maxWindowBytes) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxOpenStreams}. */
  public YamuxConfig withMaxOpenStreams(int maxOpenStreams) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxInboundStreams}. */
  public YamuxConfig withMaxInboundStreams(int maxInboundStreams) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxUnacknowledgedStreams}. */
  public YamuxConfig withMaxUnacknowledgedStreams(int maxUnacknowledgedStreams) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxUnacceptedStreams}. */
  public YamuxConfig withMaxUnacceptedStreams(int maxUnacceptedStreams) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxWaitingOpens}. */
  public YamuxConfig withMaxWaitingOpens(int maxWaitingOpens) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxQueuedPings}. */
  public YamuxConfig withMaxQueuedPings(int maxQueuedPings) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxPendingResets}. */
  public YamuxConfig withMaxPendingResets(int maxPendingResets) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #maxTombstones}. */
  public YamuxConfig withMaxTombstones(int maxTombstones) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #stopReadingBytes}. */
  public YamuxConfig withStopReadingBytes(int stopReadingBytes) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #copyBelowBytes}. */
  public YamuxConfig withCopyBelowBytes(int copyBelowBytes) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #synOnData}. */
  public YamuxConfig withSynOnData(boolean synOnData) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #flood}. */
  public YamuxConfig withFlood(Flood flood) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** A copy with another {@link #keepAlive}. */
  public YamuxConfig withKeepAlive(KeepAlive keepAlive) {
    return new YamuxConfig(
        maxFrameBytes,
        maxWindowBytes,
        maxOpenStreams,
        maxInboundStreams,
        maxUnacknowledgedStreams,
        maxUnacceptedStreams,
        maxWaitingOpens,
        maxQueuedPings,
        maxPendingResets,
        maxTombstones,
        stopReadingBytes,
        copyBelowBytes,
        synOnData,
        flood,
        keepAlive);
  }

  /** Apart, so that a part of the configuration can be made before the whole is initialised. */
  private static final class Range {
    private Range() {}

    static void check(String name, long value, long min, long max) {
      if (value < min || value > max) {
        throw new IllegalArgumentException(name + ": " + value + " not in " + min + " to " + max);
      }
    }
  }
}
