package io.ethpeerflow.gossipsub.queue;

/**
 * Bounds of what waits for one peer, and how it is packed into RPCs.
 *
 * @param maxBytes all that waits, as it is encoded; {@code maxRpcBytes} to 2<sup>31</sup>-1,
 *     default 4 MiB. Bounds what a peer that does not read makes us keep, the arrays of messages
 *     aside that others have too; one message of the maximum always fits into an empty queue.
 * @param maxControlBytes of these, extensions, subscriptions, GRAFT, PRUNE and IDONTWANT; 1 to
 *     {@code maxBytes}, default 1 MiB. All our subscriptions must fit at once.
 * @param maxMessages messages that wait; at least 1, default 4096. Each costs some 60 bytes.
 * @param maxGossip IHAVE and IWANT that wait; at least 1, default 1024
 * @param maxRpcBytes the longest RPC that the peer takes, without its length prefix; 1024 to 2<sup>
 *     30</sup>, default 1 MiB as go-libp2p has it; rust-libp2p takes 65,536
 * @param targetRpcBytes how long an RPC becomes when there is more than one thing to say; 64 to
 *     {@code maxRpcBytes}, default 32 KiB. A longer message goes alone.
 * @param maxMessagesPerRpc messages in one RPC; at least 1, default 256. rust-libp2p takes 500.
 * @param maxControlBytesPerRpc control messages in one RPC; 64 to {@code maxRpcBytes}, default 12
 *     KiB. rust-libp2p takes 16 KiB. Lists of ids are divided, and of a PRUNE the recommended peers
 *     that do not fit are left out.
 * @param maxIdontwantPerRpc ids of IDONTWANT in one RPC; at least 1, default 10, beyond which
 *     go-libp2p does not look
 */
public record QueueConfig(
    int maxBytes,
    int maxControlBytes,
    int maxMessages,
    int maxGossip,
    int maxRpcBytes,
    int targetRpcBytes,
    int maxMessagesPerRpc,
    int maxControlBytesPerRpc,
    int maxIdontwantPerRpc) {
  /** 4 MiB, 4096 messages, RPCs of 32 KiB and at most 1 MiB. */
  public static final QueueConfig DEFAULT =
      new QueueConfig(4 << 20, 1 << 20, 4096, 1024, 1 << 20, 32 << 10, 256, 12 << 10, 10);

  private static final int MIN_RPC_PART = 64;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the component, its value and its range
   */
  public QueueConfig {
    check("maxRpcBytes", maxRpcBytes, 1024, 1 << 30);
    check("maxBytes", maxBytes, maxRpcBytes, Integer.MAX_VALUE);
    check("maxControlBytes", maxControlBytes, 1, maxBytes);
    check("maxMessages", maxMessages, 1, Integer.MAX_VALUE);
    check("maxGossip", maxGossip, 1, Integer.MAX_VALUE);
    check("targetRpcBytes", targetRpcBytes, MIN_RPC_PART, maxRpcBytes);
    check("maxMessagesPerRpc", maxMessagesPerRpc, 1, Integer.MAX_VALUE);
    check("maxControlBytesPerRpc", maxControlBytesPerRpc, MIN_RPC_PART, maxRpcBytes);
    check("maxIdontwantPerRpc", maxIdontwantPerRpc, 1, Integer.MAX_VALUE);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + min + " to " + max);
    }
  }

  /** With another {@code maxBytes}; {@code maxControlBytes} is lowered to it. */
  public QueueConfig withMaxBytes(int bytes) {
    return new QueueConfig(
        bytes,
        Math.min(maxControlBytes, bytes),
        maxMessages,
        maxGossip,
        maxRpcBytes,
        targetRpcBytes,
        maxMessagesPerRpc,
        maxControlBytesPerRpc,
        maxIdontwantPerRpc);
  }

  /** With another {@code maxControlBytes}. */
  public QueueConfig withMaxControlBytes(int bytes) {
    return new QueueConfig(
        maxBytes,
        bytes,
        maxMessages,
        maxGossip,
        maxRpcBytes,
        targetRpcBytes,
        maxMessagesPerRpc,
        maxControlBytesPerRpc,
        maxIdontwantPerRpc);
  }

  /** With another {@code maxMessages}. */
  public QueueConfig withMaxMessages(int messages) {
    return new QueueConfig(
        maxBytes,
        maxControlBytes,
        messages,
        maxGossip,
        maxRpcBytes,
        targetRpcBytes,
        maxMessagesPerRpc,
        maxControlBytesPerRpc,
        maxIdontwantPerRpc);
  }

  /** With another {@code maxGossip}. */
  public QueueConfig withMaxGossip(int entries) {
    return new QueueConfig(
        maxBytes,
        maxControlBytes,
        maxMessages,
        entries,
        maxRpcBytes,
        targetRpcBytes,
        maxMessagesPerRpc,
        maxControlBytesPerRpc,
        maxIdontwantPerRpc);
  }

  /**
   * With another {@code maxRpcBytes}. {@code maxBytes} becomes twice that if it is less, and the
   * parts of an RPC are lowered to it.
   */
  public QueueConfig withMaxRpcBytes(int bytes) {
    return new QueueConfig(
        (int) Math.max(maxBytes, Math.min(2L * bytes, Integer.MAX_VALUE)),
        maxControlBytes,
        maxMessages,
        maxGossip,
        bytes,
        Math.min(targetRpcBytes, bytes),
        maxMessagesPerRpc,
        Math.min(maxControlBytesPerRpc, bytes),
        maxIdontwantPerRpc);
  }

  /** With another {@code targetRpcBytes}. */
  public QueueConfig withTargetRpcBytes(int bytes) {
    return new QueueConfig(
        maxBytes,
        maxControlBytes,
        maxMessages,
        maxGossip,
        maxRpcBytes,
        bytes,
        maxMessagesPerRpc,
        maxControlBytesPerRpc,
        maxIdontwantPerRpc);
  }

  /** With another {@code maxMessagesPerRpc}. */
  public QueueConfig withMaxMessagesPerRpc(int messages) {
    return new QueueConfig(
        maxBytes,
        maxControlBytes,
        maxMessages,
        maxGossip,
        maxRpcBytes,
        targetRpcBytes,
        messages,
        maxControlBytesPerRpc,
        maxIdontwantPerRpc);
  }

  /** With another {@code maxControlBytesPerRpc}. */
  public QueueConfig withMaxControlBytesPerRpc(int bytes) {
    return new QueueConfig(
        maxBytes,
        maxControlBytes,
        maxMessages,
        maxGossip,
        maxRpcBytes,
        targetRpcBytes,
        maxMessagesPerRpc,
        bytes,
        maxIdontwantPerRpc);
  }

  /** With another {@code maxIdontwantPerRpc}. */
  public QueueConfig withMaxIdontwantPerRpc(int ids) {
    return new QueueConfig(
        maxBytes,
        maxControlBytes,
        maxMessages,
        maxGossip,
        maxRpcBytes,
        targetRpcBytes,
        maxMessagesPerRpc,
        maxControlBytesPerRpc,
        ids);
  }
}
