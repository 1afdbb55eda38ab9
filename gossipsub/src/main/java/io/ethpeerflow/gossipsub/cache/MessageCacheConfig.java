package io.ethpeerflow.gossipsub.cache;

/**
 * What the message cache keeps.
 *
 * @param historyWindows heartbeats for which a message can be asked for; 1 to 1000, default 5
 * @param gossipWindows heartbeats for which its id is gossiped; 1 to {@code historyWindows},
 *     default 3
 * @param maxMessages messages at most; at least 1, default 65536
 * @param maxBytes their protobuf forms together at most; at least 1, default 256 MiB. Bounds what
 *     peers can make us keep.
 * @param maxTransmissions how often one peer gets one message by asking for it; 1 to 127, default 3
 */
public record MessageCacheConfig(
    int historyWindows, int gossipWindows, int maxMessages, long maxBytes, int maxTransmissions) {
  /** 5 windows of history, 3 of gossip, 65,536 messages, 256 MiB, 3 transmissions. */
  public static final MessageCacheConfig DEFAULT =
      new MessageCacheConfig(5, 3, 1 << 16, 256L << 20, 3);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the component, its value and its range
   */
  public MessageCacheConfig {
    check("historyWindows", historyWindows, 1, 1000);
    check("gossipWindows", gossipWindows, 1, historyWindows);
    check("maxMessages", maxMessages, 1, Integer.MAX_VALUE);
    check("maxBytes", maxBytes, 1, Long.MAX_VALUE);
    check("maxTransmissions", maxTransmissions, 1, Byte.MAX_VALUE);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + min + " to " + max);
    }
  }

  /** With other numbers of windows. */
  public MessageCacheConfig withWindows(int history, int gossip) {
    return new MessageCacheConfig(history, gossip, maxMessages, maxBytes, maxTransmissions);
  }

  /** With another {@code maxMessages}. */
  public MessageCacheConfig withMaxMessages(int messages) {
    return new MessageCacheConfig(
        historyWindows, gossipWindows, messages, maxBytes, maxTransmissions);
  }

  /** With another {@code maxBytes}. */
  public MessageCacheConfig withMaxBytes(long bytes) {
    return new MessageCacheConfig(
        historyWindows, gossipWindows, maxMessages, bytes, maxTransmissions);
  }

  /** With another {@code maxTransmissions}. */
  public MessageCacheConfig withMaxTransmissions(int times) {
    return new MessageCacheConfig(historyWindows, gossipWindows, maxMessages, maxBytes, times);
  }
}
