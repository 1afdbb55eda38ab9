package io.ethpeerflow.node.config;

import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.QuicCongestionControl;
import java.time.Duration;

/**
 * Reads the section {@code quic}. Its keys are what an operator may have to change; the ranges are
 * those of {@link QuicConfig}, so that a value outside them is named with its line.
 */
final class QuicSection {
  /** Every key. */
  static final String[] KEYS = {
    "idleTimeout",
    "keepAlive",
    "handshakeTimeout",
    "streamWindow",
    "connectionWindow",
    "inboundStreams",
    "validateAbove",
    "datagramQueue",
    "congestionControl",
    "udpPayload",
    "sendSegments",
    "socketBuffer"
  };

  private static final Duration MIN_IDLE = Duration.ofSeconds(1);
  private static final Duration MIN_HANDSHAKE = Duration.ofMillis(100);
  private static final Duration MAX_TIME = Duration.ofMinutes(10);
  private static final long MIN_STREAM_WINDOW_BYTES = 16 << 10;
  private static final long MAX_STREAM_WINDOW_BYTES = 32 << 20;
  private static final long MAX_CONNECTION_WINDOW_BYTES = 128 << 20;
  private static final int MAX_INBOUND_STREAMS = 1 << 16;
  private static final int MAX_VALIDATE_ABOVE = 1 << 20;
  private static final int MAX_DATAGRAM_QUEUE = 1 << 16;
  private static final int MIN_UDP_PAYLOAD_BYTES = 1200;
  private static final int MAX_UDP_PAYLOAD_BYTES = 65_527;
  private static final int MAX_SEND_SEGMENTS = 64;
  private static final int MIN_SOCKET_BUFFER_BYTES = 64 << 10;
  private static final int MAX_SOCKET_BUFFER_BYTES = 1 << 30;

  private QuicSection() {}

  /**
   * What the section says. {@code keepAlive} and {@code connectionWindow} follow the idle timeout
   * and the window of a stream where their defaults would not fit these.
   */
  static QuicConfig read(Section section) throws ConfigException {
    return path(streams(times(QuicConfig.DEFAULT, section), section), section)
        .withValidateAbove(
            section.number(
                "validateAbove", 0, MAX_VALIDATE_ABOVE, QuicConfig.DEFAULT.validateAbove()))
        .withDatagramQueue(
            section.number(
                "datagramQueue", 1, MAX_DATAGRAM_QUEUE, QuicConfig.DEFAULT.datagramQueue()));
  }

  private static QuicConfig times(QuicConfig absent, Section section) throws ConfigException {
    Duration idle = section.time("idleTimeout", MIN_IDLE, MAX_TIME, absent.idleTimeout());
    Duration half = idle.dividedBy(2);
    Duration keepAlive =
        section.time(
            "keepAlive",
            Duration.ZERO,
            idle.minusMillis(1),
            half.compareTo(absent.keepAlive()) < 0 ? half : absent.keepAlive());
    Duration handshake =
        section.time("handshakeTimeout", MIN_HANDSHAKE, MAX_TIME, absent.handshakeTimeout());
    return absent.withTimeouts(idle, handshake, keepAlive);
  }

  private static QuicConfig streams(QuicConfig absent, Section section) throws ConfigException {
    long stream =
        section.bytes(
            "streamWindow",
            MIN_STREAM_WINDOW_BYTES,
            MAX_STREAM_WINDOW_BYTES,
            absent.streamWindowBytes());
    long connection =
        section.bytes(
            "connectionWindow",
            2 * stream,
            MAX_CONNECTION_WINDOW_BYTES,
            Math.max(2 * stream, absent.connectionWindowBytes()));
    return absent
        .withWindows(stream, connection)
        .withMaxInboundStreams(
            section.number("inboundStreams", 1, MAX_INBOUND_STREAMS, absent.maxInboundStreams()));
  }

  private static QuicConfig path(QuicConfig absent, Section section) throws ConfigException {
    return absent
        .withPath(
            section.number(
                "udpPayload",
                MIN_UDP_PAYLOAD_BYTES,
                MAX_UDP_PAYLOAD_BYTES,
                absent.maxUdpPayloadBytes()),
            section.number("sendSegments", 1, MAX_SEND_SEGMENTS, absent.sendSegments()),
            section.choice(
                "congestionControl", QuicCongestionControl.class, absent.congestionControl()))
        .withSocketBufferBytes(
            (int)
                section.bytes(
                    "socketBuffer",
                    MIN_SOCKET_BUFFER_BYTES,
                    MAX_SOCKET_BUFFER_BYTES,
                    absent.socketBufferBytes()));
  }
}
