package io.ethpeerflow.testkit.net;

import java.net.InetSocketAddress;

/**
 * A packet of a stream. Sequence numbers are 64 bits and never wrap; SYN and FIN occupy one each.
 *
 * @param seq of the first byte, or of the SYN or FIN
 * @param ack the next sequence number expected; meaningful with {@code hasAck}
 * @param windowBytes how many bytes after {@code ack} the sender of this segment can take
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Segment(
    InetSocketAddress from,
    InetSocketAddress to,
    Kind kind,
    boolean hasAck,
    long seq,
    long ack,
    int windowBytes,
    byte[] payload)
    implements Packet {
  private static final int TCP_HEADER_BYTES = 20;
  static final byte[] NOTHING = new byte[0];

  enum Kind {
    SYN,
    DATA,
    FIN,
    RST
  }

  /** Whether it occupies sequence numbers, and so is to be acknowledged. */
  boolean hasContent() {
    return payload.length > 0 || kind == Kind.SYN || kind == Kind.FIN;
  }

  /** The answer of a host that knows nothing of the connection. */
  static Segment refusalOf(Segment unexpected) {
    long ack = unexpected.seq + unexpected.payload.length + (unexpected.kind == Kind.SYN ? 1 : 0);
    return new Segment(
        unexpected.to, unexpected.from, Kind.RST, true, unexpected.ack, ack, 0, NOTHING);
  }

  @Override
  public int wireBytes() {
    return Packet.ipHeaderBytes(to) + TCP_HEADER_BYTES + payload.length;
  }

  @Override
  public String describe() {
    return "tcp "
        + Packet.text(from)
        + ">"
        + Packet.text(to)
        + " "
        + kind
        + " seq="
        + seq
        + (hasAck ? " ack=" + ack + " win=" + windowBytes : "")
        + " len="
        + payload.length;
  }
}
