package io.ethpeerflow.testkit.net;

import java.time.Duration;

/**
 * How a stream socket behaves.
 *
 * @param sendBufferBytes above this many queued bytes the socket is not writable; at half of it, it
 *     is again. At least 1
 * @param receiveBufferBytes what the socket holds for a reader that does not read: the window that
 *     the other side sees. At least 1
 * @param segmentBytes the most payload per packet, 1 to 65,000
 * @param fragmentReads whether arriving bytes reach the handler in pieces of random size, which
 *     finds framing mistakes
 * @param connectTimeout how long a connect may take, positive
 * @param giveUpAfter how long an established connection sends without hearing anything before it
 *     fails, positive
 */
public record StreamOptions(
    int sendBufferBytes,
    int receiveBufferBytes,
    int segmentBytes,
    boolean fragmentReads,
    Duration connectTimeout,
    Duration giveUpAfter) {
  /**
   * 64 KiB to send, 256 KiB to receive, 1,400 bytes a packet, 30 s to connect, 15 min to give up.
   */
  public static final StreamOptions DEFAULT =
      new StreamOptions(
          64 << 10, 256 << 10, 1400, false, Duration.ofSeconds(30), Duration.ofMinutes(15));

  /** Checks the ranges. */
  public StreamOptions {
    require(sendBufferBytes >= 1, "sendBufferBytes", sendBufferBytes);
    require(receiveBufferBytes >= 1, "receiveBufferBytes", receiveBufferBytes);
    require(segmentBytes >= 1 && segmentBytes <= 65_000, "segmentBytes", segmentBytes);
    require(connectTimeout.toNanos() > 0, "connectTimeout", connectTimeout);
    require(giveUpAfter.toNanos() > 0, "giveUpAfter", giveUpAfter);
  }

  /** With other buffer sizes. */
  public StreamOptions withBuffers(int sendBytes, int receiveBytes) {
    return new StreamOptions(
        sendBytes, receiveBytes, segmentBytes, fragmentReads, connectTimeout, giveUpAfter);
  }

  /** With another size of packets. */
  public StreamOptions withSegmentBytes(int value) {
    return new StreamOptions(
        sendBufferBytes, receiveBufferBytes, value, fragmentReads, connectTimeout, giveUpAfter);
  }

  /** With or without reads in random pieces. */
  public StreamOptions withFragmentReads(boolean value) {
    return new StreamOptions(
        sendBufferBytes, receiveBufferBytes, segmentBytes, value, connectTimeout, giveUpAfter);
  }

  /** With another limit for connecting. */
  public StreamOptions withConnectTimeout(Duration value) {
    return new StreamOptions(
        sendBufferBytes, receiveBufferBytes, segmentBytes, fragmentReads, value, giveUpAfter);
  }

  /** With another limit for hearing nothing. */
  public StreamOptions withGiveUpAfter(Duration value) {
    return new StreamOptions(
        sendBufferBytes, receiveBufferBytes, segmentBytes, fragmentReads, connectTimeout, value);
  }

  private static void require(boolean holds, String component, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(component + ": " + value);
    }
  }
}
