package io.ethpeerflow.quic;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The QUIC transport.
 *
 * @param idleTimeout a connection on which nothing arrives for so long ends; 1 s to 10 min, default
 *     30 s. The shorter one of both sides counts
 * @param handshakeTimeout how long an inbound handshake may take; 100 ms to 10 min, default 10 s. A
 *     dial brings its own
 * @param keepAlive how long an open connection may be silent before this side makes the remote
 *     answer; zero switches it off, otherwise less than {@code idleTimeout}; default 15 s. Needs a
 *     remote that takes datagrams
 * @param streamWindowBytes what a remote may send on one stream before any of it is read; 16 KiB to
 *     32 MiB, default 512 KiB. Grows with a reader that keeps up, to 16 MiB
 * @param connectionWindowBytes the same for all streams of a connection together; at least twice
 *     {@code streamWindowBytes}, or one stream that nobody reads would stop the others, to 128 MiB,
 *     default 1.5 MiB. Grows to 24 MiB
 * @param maxInboundStreams streams that a remote may have open at a time; 1 to 65,536, default 256
 * @param maxWaitingOpens opens of a connection that may wait for the remote's stream credit;
 *     default 1024
 * @param maxUdpPayloadBytes the longest datagram that is tried on a path, of which each begins at
 *     1200 and finds its own length (RFC 8899); 1200 to 65,527, default 8,952, which fills a jumbo
 *     frame. 1,350 at most where the system would fragment it. Any length is received
 * @param congestionControl how a sender finds its rate; default CUBIC
 * @param datagramQueue unreliable datagrams that wait to be sent or to be read, each way; 1 to
 *     65,536, default 128. More are dropped and counted
 * @param socketBufferBytes what is asked of the kernel as the buffer of each socket, each way;
 *     default 7 MiB. The kernel may grant less
 * @param sendSegments datagrams of one length that the kernel gets in one piece, where it can cut
 *     them itself, and no more than make up 65,507 bytes; 1 to 64, default 44
 * @param validateAbove handshakes of remotes that are under way on a socket above which a new
 *     remote has to show that its address is its own (Retry, RFC 9000 section 8.1.2); default 64
 */
public record QuicConfig(
    Duration idleTimeout,
    Duration handshakeTimeout,
    Duration keepAlive,
    long streamWindowBytes,
    long connectionWindowBytes,
    int maxInboundStreams,
    int maxWaitingOpens,
    int maxUdpPayloadBytes,
    QuicCongestionControl congestionControl,
    int datagramQueue,
    int socketBufferBytes,
    int sendSegments,
    int validateAbove) {
  /** The defaults. */
  public static final QuicConfig DEFAULT =
      new QuicConfig(
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          512 << 10,
          1536 << 10,
          256,
          1024,
          8952,
          QuicCongestionControl.CUBIC,
          128,
          7 << 20,
          44,
          64);

  /** Checks each value and their relations. */
  public QuicConfig {
    range("idleTimeout in ms", idleTimeout.toMillis(), 1000, 600_000);
    if (keepAlive.isNegative() || keepAlive.compareTo(idleTimeout) >= 0) {
      throw new IllegalArgumentException(
          "keepAlive: " + keepAlive + " is not between 0 and idleTimeout " + idleTimeout);
    }
    range("handshakeTimeout in ms", handshakeTimeout.toMillis(), 100, 600_000);
    range("streamWindowBytes", streamWindowBytes, 16 << 10, 32 << 20);
    range("connectionWindowBytes", connectionWindowBytes, 2 * streamWindowBytes, 128 << 20);
    range("maxInboundStreams", maxInboundStreams, 1, 1 << 16);
    range("maxWaitingOpens", maxWaitingOpens, 0, 1 << 20);
    range("maxUdpPayloadBytes", maxUdpPayloadBytes, 1200, 65_527);
    range("datagramQueue", datagramQueue, 1, 1 << 16);
    range("socketBufferBytes", socketBufferBytes, 64 << 10, 1 << 30);
    range("sendSegments", sendSegments, 1, 64);
    range("validateAbove", validateAbove, 0, 1 << 20);
  }

  private static void range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + ": " + value + " is not in " + least + ".." + most);
    }
  }

  /** With other times. */
  public QuicConfig withTimeouts(Duration idle, Duration handshake, Duration keepAliveAfter) {
    return with(
        draft -> {
          draft.idleTimeout = idle;
          draft.handshakeTimeout = handshake;
          draft.keepAlive = keepAliveAfter;
        });
  }

  /** With other windows. */
  public QuicConfig withWindows(long streamBytes, long connectionBytes) {
    return with(
        draft -> {
          draft.streamWindowBytes = streamBytes;
          draft.connectionWindowBytes = connectionBytes;
        });
  }

  /** With another number of inbound streams. */
  public QuicConfig withMaxInboundStreams(int streams) {
    return with(draft -> draft.maxInboundStreams = streams);
  }

  /** With another number of opens that may wait. */
  public QuicConfig withMaxWaitingOpens(int opens) {
    return with(draft -> draft.maxWaitingOpens = opens);
  }

  /** With other datagram lengths, segments and congestion control: what a path is tuned by. */
  public QuicConfig withPath(int payloadBytes, int segments, QuicCongestionControl control) {
    return with(
        draft -> {
          draft.maxUdpPayloadBytes = payloadBytes;
          draft.sendSegments = segments;
          draft.congestionControl = control;
        });
  }

  /** With another number of unreliable datagrams that may wait. */
  public QuicConfig withDatagramQueue(int datagrams) {
    return with(draft -> draft.datagramQueue = datagrams);
  }

  /** With other buffers of sockets. */
  public QuicConfig withSocketBufferBytes(int bytes) {
    return with(draft -> draft.socketBufferBytes = bytes);
  }

  /** With another number of handshakes above which addresses are validated. */
  public QuicConfig withValidateAbove(int handshakes) {
    return with(draft -> draft.validateAbove = handshakes);
  }

  private QuicConfig with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** The components by name while some of them change; what it becomes is checked as a whole. */
  private static final class Draft {
    private Duration idleTimeout;
    private Duration handshakeTimeout;
    private Duration keepAlive;
    private long streamWindowBytes;
    private long connectionWindowBytes;
    private int maxInboundStreams;
    private int maxWaitingOpens;
    private int maxUdpPayloadBytes;
    private QuicCongestionControl congestionControl;
    private int datagramQueue;
    private int socketBufferBytes;
    private int sendSegments;
    private int validateAbove;

    Draft(QuicConfig from) {
      idleTimeout = from.idleTimeout;
      handshakeTimeout = from.handshakeTimeout;
      keepAlive = from.keepAlive;
      streamWindowBytes = from.streamWindowBytes;
      connectionWindowBytes = from.connectionWindowBytes;
      maxInboundStreams = from.maxInboundStreams;
      maxWaitingOpens = from.maxWaitingOpens;
      maxUdpPayloadBytes = from.maxUdpPayloadBytes;
      congestionControl = from.congestionControl;
      datagramQueue = from.datagramQueue;
      socketBufferBytes = from.socketBufferBytes;
      sendSegments = from.sendSegments;
      validateAbove = from.validateAbove;
    }

    QuicConfig config() {
      return new QuicConfig(
          idleTimeout,
          handshakeTimeout,
          keepAlive,
          streamWindowBytes,
          connectionWindowBytes,
          maxInboundStreams,
          maxWaitingOpens,
          maxUdpPayloadBytes,
          congestionControl,
          datagramQueue,
          socketBufferBytes,
          sendSegments,
          validateAbove);
    }
  }
}
