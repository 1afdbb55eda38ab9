package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.yamux.frame.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** A frame as a scripted remote sees it; a codec of its own, so that errors do not cancel out. */
public record Frame(int version, int type, int flags, long stream, long length, int payload) {
  public static final int SYN = 1;
  public static final int ACK = 2;
  public static final int FIN = 4;
  public static final int RST = 8;

  public static Frame data(int flags, long stream, int payload) {
    return new Frame(0, 0, flags, stream, payload, payload);
  }

  public static Frame update(int flags, long stream, long delta) {
    return new Frame(0, 1, flags, stream, delta, 0);
  }

  public static Frame ping(int flags, long value) {
    return new Frame(0, 2, flags, 0, value, 0);
  }

  public static Frame goAway(long code) {
    return new Frame(0, 3, 0, 0, code, 0);
  }

  public boolean isData() {
    return type == 0;
  }

  public boolean isUpdate() {
    return type == 1;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The frame with payload bytes that count up from {@code seed}. */
  public ByteBuf bytes(int seed) {
    ByteBuf out = Unpooled.buffer(12 + payload);
    out.writeByte(version).writeByte(type).writeShort(flags);
    out.writeInt((int) stream).writeInt((int) length);
    for (int i = 0; i < payload; i++) {
      out.writeByte(seed + i);
    }
    return out;
  }

  /** Reads what was written on a link; complete frames only. */
  public static List<Frame> parse(ByteBuf in) {
    var frames = new ArrayList<Frame>();
    while (in.isReadable()) {
      int version = in.readByte();
      int type = in.readByte();
      int flags = in.readUnsignedShort();
      long stream = in.readUnsignedInt();
      long length = in.readUnsignedInt();
      int payload = type == 0 ? (int) length : 0;
      in.skipBytes(payload);
      frames.add(new Frame(version, type, flags, stream, length, payload));
    }
    return frames;
  }

  @Override
  public String toString() {
    return FrameHeader.describe(FrameHeader.pack(type, flags, (int) stream), (int) length);
  }
}
