package io.ethpeerflow.gossipsub.rpc;

/**
 * What one RPC of a peer may hold. All counts are taken before anything is decoded; an RPC beyond
 * one of them is refused as a whole. The defaults lie above all that other implementations send of
 * themselves, so that whoever exceeds them is up to something.
 *
 * @param maxRpcBytes the longest RPC; 1024 to 2<sup>30</sup>, default 1 MiB as in go-libp2p. Bounds
 *     everything else.
 * @param maxSubscriptions subscriptions; default 5000. Each costs an entry in the tables of topics.
 * @param maxMessages published messages; default 5000, as many as one IWANT may ask for. Each costs
 *     a look into the cache of what was seen, and maybe a signature.
 * @param maxTopicBytes the longest topic; 1 to 65536, default 1024
 * @param maxDataBytes the longest payload; default 1 MiB
 * @param maxFromBytes the longest author; default 128. Peer ids take 44; a longer one is left to
 *     the signing policy to refuse.
 * @param maxSeqnoBytes the longest sequence number; default 64. The specification has 8.
 * @param maxSignatureBytes the longest signature; default 1024, RSA of 8192 bits
 * @param maxKeyBytes the longest public key in protobuf form; default 2048
 * @param maxControlEntries IHAVE, IWANT, GRAFT, PRUNE and IDONTWANT together; default 10000
 * @param maxMessageIds ids in all IHAVE, IWANT and IDONTWANT together; default 50000, what fits
 *     into 1 MiB with Ethereum's ids. Each costs a look into the cache of what was seen; the router
 *     has lower bounds for a heartbeat.
 * @param maxMessageIdBytes the longest id; 1 to 65536, default 1024
 * @param maxPeersPerPrune recommended peers in one PRUNE; default 64, four times what go-libp2p
 *     sends
 * @param maxPeerRecordBytes the longest signed record of a recommended peer; default 16384
 * @param maxGroupBytes the longest group of a partial message; default 1024
 */
public record RpcLimits(
    int maxRpcBytes,
    int maxSubscriptions,
    int maxMessages,
    int maxTopicBytes,
    int maxDataBytes,
    int maxFromBytes,
    int maxSeqnoBytes,
    int maxSignatureBytes,
    int maxKeyBytes,
    int maxControlEntries,
    int maxMessageIds,
    int maxMessageIdBytes,
    int maxPeersPerPrune,
    int maxPeerRecordBytes,
    int maxGroupBytes) {
  /** 1 MiB, and counts above what other implementations send. */
  public static final RpcLimits DEFAULT =
      new RpcLimits(
          1 << 20, 5000, 5000, 1024, 1 << 20, 128, 64, 1024, 2048, 10_000, 50_000, 1024, 64, 16_384,
          1024);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the component, its value and its range
   */
  public RpcLimits {
    check("maxRpcBytes", maxRpcBytes, 1024, 1 << 30);
    check("maxSubscriptions", maxSubscriptions, 0, maxRpcBytes);
    check("maxMessages", maxMessages, 0, maxRpcBytes);
    check("maxTopicBytes", maxTopicBytes, 1, 1 << 16);
    check("maxDataBytes", maxDataBytes, 0, maxRpcBytes);
    check("maxFromBytes", maxFromBytes, 0, maxRpcBytes);
    check("maxSeqnoBytes", maxSeqnoBytes, 0, maxRpcBytes);
    check("maxSignatureBytes", maxSignatureBytes, 0, maxRpcBytes);
    check("maxKeyBytes", maxKeyBytes, 0, maxRpcBytes);
    check("maxControlEntries", maxControlEntries, 0, maxRpcBytes);
    check("maxMessageIds", maxMessageIds, 0, maxRpcBytes);
    check("maxMessageIdBytes", maxMessageIdBytes, 1, 1 << 16);
    check("maxPeersPerPrune", maxPeersPerPrune, 0, maxRpcBytes);
    check("maxPeerRecordBytes", maxPeerRecordBytes, 0, maxRpcBytes);
    check("maxGroupBytes", maxGroupBytes, 0, maxRpcBytes);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + min + " to " + max);
    }
  }

  /**
   * With another {@code maxRpcBytes}, and payloads as long as that. Counts that it makes
   * unreachable are lowered to it.
   */
  public RpcLimits withMaxRpcBytes(int bytes) {
    return new RpcLimits(
        bytes,
        Math.min(maxSubscriptions, bytes),
        Math.min(maxMessages, bytes),
        maxTopicBytes,
        bytes,
        maxFromBytes,
        maxSeqnoBytes,
        Math.min(maxSignatureBytes, bytes),
        Math.min(maxKeyBytes, bytes),
        Math.min(maxControlEntries, bytes),
        Math.min(maxMessageIds, bytes),
        maxMessageIdBytes,
        Math.min(maxPeersPerPrune, bytes),
        Math.min(maxPeerRecordBytes, bytes),
        Math.min(maxGroupBytes, bytes));
  }

  /** With another {@code maxSubscriptions}. */
  public RpcLimits withMaxSubscriptions(int count) {
    return new RpcLimits(
        maxRpcBytes,
        count,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxMessages}. */
  public RpcLimits withMaxMessages(int count) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        count,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxTopicBytes}. */
  public RpcLimits withMaxTopicBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        bytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxDataBytes}. */
  public RpcLimits withMaxDataBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        bytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxFromBytes}. */
  public RpcLimits withMaxFromBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        bytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxSeqnoBytes}. */
  public RpcLimits withMaxSeqnoBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        bytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxSignatureBytes}. */
  public RpcLimits withMaxSignatureBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        bytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxKeyBytes}. */
  public RpcLimits withMaxKeyBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        bytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxControlEntries}. */
  public RpcLimits withMaxControlEntries(int count) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        count,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxMessageIds}. */
  public RpcLimits withMaxMessageIds(int count) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        count,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxMessageIdBytes}. */
  public RpcLimits withMaxMessageIdBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        bytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxPeersPerPrune}. */
  public RpcLimits withMaxPeersPerPrune(int count) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        count,
        maxPeerRecordBytes,
        maxGroupBytes);
  }

  /** With another {@code maxPeerRecordBytes}. */
  public RpcLimits withMaxPeerRecordBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        bytes,
        maxGroupBytes);
  }

  /** With another {@code maxGroupBytes}. */
  public RpcLimits withMaxGroupBytes(int bytes) {
    return new RpcLimits(
        maxRpcBytes,
        maxSubscriptions,
        maxMessages,
        maxTopicBytes,
        maxDataBytes,
        maxFromBytes,
        maxSeqnoBytes,
        maxSignatureBytes,
        maxKeyBytes,
        maxControlEntries,
        maxMessageIds,
        maxMessageIdBytes,
        maxPeersPerPrune,
        maxPeerRecordBytes,
        bytes);
  }
}
