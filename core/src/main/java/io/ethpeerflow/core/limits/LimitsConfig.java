package io.ethpeerflow.core.limits;

import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.Map;

/**
 * The budget of a host, scope by scope. {@link #scaled} derives all of it from two numbers.
 *
 * @param system everything together
 * @param transients connections whose peer is not known yet and streams whose protocol is not known
 *     yet. Bounds what a remote gets before it has done any work
 * @param peer all connections to one peer. Bounds one misbehaving peer
 * @param protocol all streams of one protocol, with all peers. Bounds one misbehaving service
 * @param protocolPeer all streams of one protocol with one peer
 * @param connection the streams and the memory of one connection; the rest is not looked at
 * @param streamMemoryBytes memory of one stream, at least {@code memoryChunkBytes}
 * @param memoryChunkBytes by how much a connection's share of the common memory budgets grows and
 *     shrinks, so that small amounts cost nothing; 1 KiB to 1 MiB. An idle connection may keep one
 *     chunk, so all connections' chunks together must fit half of the system's memory
 * @param peers other limits for some peers, instead of {@code peer}
 * @param protocols other limits for some protocols, instead of {@code protocol}
 */
public record LimitsConfig(
    ScopeLimits system,
    ScopeLimits transients,
    ScopeLimits peer,
    ScopeLimits protocol,
    ScopeLimits protocolPeer,
    ScopeLimits connection,
    long streamMemoryBytes,
    int memoryChunkBytes,
    Map<PeerId, ScopeLimits> peers,
    Map<ProtocolId, ScopeLimits> protocols) {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;

  /** The least memory that {@link #scaled} takes. */
  public static final long MIN_MEMORY_BYTES = 16 * MIB;

  /** The least number of descriptors that {@link #scaled} takes. */
  public static final int MIN_DESCRIPTORS = 32;

  private static final int MAX_CONNECTIONS = 1 << 16;
  private static final int MAX_STREAMS = 1 << 20;
  private static final int DEFAULT_CHUNK_BYTES = 64 << 10;
  private static final int MIN_CHUNK_BYTES = 1 << 10;
  private static final int MAX_CHUNK_BYTES = 1 << 20;

  /** Checks the relations and copies the maps. */
  public LimitsConfig {
    peers = Map.copyOf(peers);
    protocols = Map.copyOf(protocols);
    if (memoryChunkBytes < MIN_CHUNK_BYTES || memoryChunkBytes > MAX_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "memoryChunkBytes: "
              + memoryChunkBytes
              + " is not in "
              + MIN_CHUNK_BYTES
              + ".."
              + MAX_CHUNK_BYTES);
    }
    long chunksBytes = (long) memoryChunkBytes * system.connections();
    if (chunksBytes > system.memoryBytes() / 2) {
      throw new IllegalArgumentException(
          "memoryChunkBytes: "
              + memoryChunkBytes
              + " for each of "
              + system.connections()
              + " connections exceed half of the system's "
              + system.memoryBytes()
              + " bytes");
    }
    if (streamMemoryBytes < memoryChunkBytes) {
      throw new IllegalArgumentException(
          "streamMemoryBytes: " + streamMemoryBytes + " < memoryChunkBytes " + memoryChunkBytes);
    }
  }

  /**
   * Limits that fit a process.
   *
   * <ul>
   *   <li>connections: one per 256 KiB of memory, but no more than three quarters of the
   *       descriptors; an eighth of them is kept for dials of our own; an eighth may be in
   *       handshake
   *   <li>streams: one per 16 KiB; a quarter may be in negotiation
   *   <li>one peer: 16 connections, 2,048 streams, a quarter of the memory, at most 512 MiB
   *   <li>one protocol: half of the streams and of the memory
   *   <li>one stream: an eighth of the memory, at most 40 MiB: a full 16 MiB window and a queue
   * </ul>
   *
   * @param memoryBytes what buffers may take, at least {@link #MIN_MEMORY_BYTES}; a quarter of the
   *     direct memory that the process is allowed is a good value
   * @param descriptors what the process may open, at least {@link #MIN_DESCRIPTORS}
   */
  public static LimitsConfig scaled(long memoryBytes, int descriptors) {
    if (memoryBytes < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException("memoryBytes: " + memoryBytes + " < " + MIN_MEMORY_BYTES);
    }
    if (descriptors < MIN_DESCRIPTORS) {
      throw new IllegalArgumentException("descriptors: " + descriptors + " < " + MIN_DESCRIPTORS);
    }
    int sockets = (int) (descriptors * 3L / 4);
    int connections = (int) Math.min(Math.min(memoryBytes / (256 * KIB), sockets), MAX_CONNECTIONS);
    int streams = (int) Math.min(memoryBytes / (16 * KIB), MAX_STREAMS);
    int handshakes = Math.max(connections / 8, Math.min(connections, 16));
    var system =
        new ScopeLimits(
            connections - connections / 8,
            connections,
            connections,
            streams - streams / 8,
            streams,
            streams,
            memoryBytes,
            sockets);
    var transients =
        new ScopeLimits(
            handshakes - handshakes / 4,
            handshakes,
            handshakes,
            streams / 4,
            streams / 4,
            streams / 4,
            memoryBytes / 4,
            handshakes);
    int perPeer = Math.min(16, connections);
    int peerStreams = Math.min(2048, streams / 2);
    long peerBytes = Math.min(memoryBytes / 4, 512 * MIB);
    var peer =
        new ScopeLimits(
            perPeer,
            perPeer,
            perPeer,
            peerStreams / 2,
            peerStreams,
            peerStreams,
            peerBytes,
            perPeer);
    return new LimitsConfig(
        system,
        transients,
        peer,
        ScopeLimits.ofStreams(streams / 2, streams / 2, streams / 2, memoryBytes / 2),
        ScopeLimits.ofStreams(peerStreams / 2, peerStreams, peerStreams, peerBytes),
        ScopeLimits.ofStreams(peerStreams / 2, peerStreams, peerStreams, peerBytes),
        Math.min(memoryBytes / 8, 40 * MIB),
        DEFAULT_CHUNK_BYTES,
        Map.of(),
        Map.of());
  }

  /** Limits for 1 GiB of buffers and 8,192 descriptors: {@code scaled(1 << 30, 8192)}. */
  public static final LimitsConfig DEFAULT = scaled(GIB, 8192);

  /** With other limits for the {@link #system}. */
  public LimitsConfig withSystem(ScopeLimits limits) {
    return new LimitsConfig(
        limits,
        transients,
        peer,
        protocol,
        protocolPeer,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With other limits for the {@link #transients}. */
  public LimitsConfig withTransients(ScopeLimits limits) {
    return new LimitsConfig(
        system,
        limits,
        peer,
        protocol,
        protocolPeer,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With other limits for each {@link #peer}. */
  public LimitsConfig withPeer(ScopeLimits limits) {
    return new LimitsConfig(
        system,
        transients,
        limits,
        protocol,
        protocolPeer,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With other limits for each {@link #protocol}. */
  public LimitsConfig withProtocol(ScopeLimits limits) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        limits,
        protocolPeer,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With other limits for each peer on each protocol. */
  public LimitsConfig withProtocolPeer(ScopeLimits limits) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        protocol,
        limits,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With other limits for each {@link #connection}. */
  public LimitsConfig withConnection(ScopeLimits limits) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        protocol,
        protocolPeer,
        limits,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With another {@link #streamMemoryBytes}. */
  public LimitsConfig withStreamMemoryBytes(long bytes) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        protocol,
        protocolPeer,
        connection,
        bytes,
        memoryChunkBytes,
        peers,
        protocols);
  }

  /** With other {@link #memoryChunkBytes}. */
  public LimitsConfig withMemoryChunkBytes(int bytes) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        protocol,
        protocolPeer,
        connection,
        streamMemoryBytes,
        bytes,
        peers,
        protocols);
  }

  /** With other limits for some {@link #peers}. */
  public LimitsConfig withPeers(Map<PeerId, ScopeLimits> limits) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        protocol,
        protocolPeer,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        limits,
        protocols);
  }

  /** With other limits for some {@link #protocols}. */
  public LimitsConfig withProtocols(Map<ProtocolId, ScopeLimits> limits) {
    return new LimitsConfig(
        system,
        transients,
        peer,
        protocol,
        protocolPeer,
        connection,
        streamMemoryBytes,
        memoryChunkBytes,
        peers,
        limits);
  }

  ScopeLimits of(PeerId id) {
    return peers.getOrDefault(id, peer);
  }

  ScopeLimits of(ProtocolId id) {
    return protocols.getOrDefault(id, protocol);
  }
}
