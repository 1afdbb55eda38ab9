package io.ethpeerflow.tls.engine;

import io.ethpeerflow.core.spi.ByteLink;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Seals plaintext straight from its buffers into an outgoing one that collects records until the
 * next flush. At most one such buffer, of one frame or a little more, is kept back from the link;
 * with engines that ask for no more room than they use, it begins small and grows with small
 * records.
 */
final class RecordWriter {
  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  /** More than an engine adds to a full record: header, type, tag, and a nonce that is not used. */
  private static final int EXPANSION_BYTES = 48;

  /** What RFC 8446 section 5.2 allows a record to grow by: an engine may want to be sure of it. */
  private static final int MAX_EXPANSION_BYTES = 256 + 5;

  /** Handshake messages and alerts that one call may make; a flight has five. */
  private static final int MAX_CONTROL_WRAPS = 16;

  /** To copy less than this costs less than one more record. */
  private static final int MAX_COPIED_BYTES = 2 << 10;

  /** A flight of the handshake; one that is longer takes two calls. */
  private static final int FLIGHT_BYTES = 2 << 10;

  /** What a buffer has at least. So much may be held in the link for a record of a few bytes. */
  private static final int MIN_BUFFER_BYTES = 512;

  /** Up to here a buffer grows; moving what it holds costs less than one more buffer. */
  private static final int MAX_GROWN_BYTES = 4 << 10;

  /** A write larger than this goes into more than one buffer. */
  private static final int MAX_RUN_BYTES = 128 << 10;

  private final ByteLink link;
  private final SSLEngine engine;
  private final TlsContext context;
  private final ByteBuffer[] two = new ByteBuffer[2];
  private final ByteBuffer[] one = new ByteBuffer[1];
  private int packetBytes;
  private @Nullable ByteBuf out;
  private boolean unflushed;

  RecordWriter(ByteLink link, SSLEngine engine, TlsContext context) {
    this.link = link;
    this.engine = engine;
    this.context = context;
    this.packetBytes = engine.getSession().getPacketBufferSize();
  }

  /** Learns from the finished handshake how much room the engine wants for a record. */
  void handshakeDone() {
    packetBytes = engine.getSession().getPacketBufferSize();
  }

  /** Two slices of one buffer may share its cached view. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSameObject(ByteBuffer a, ByteBuffer b) {
    return a == b;
  }

  /**
   * Seals two parts as one frame.
   *
   * @param head borrows; its indices do not change
   * @param body borrows; its reader index moves on by {@code bodyBytes}
   */
  void frame(ByteBuf head, ByteBuf body, int bodyBytes) throws SSLException {
    int headBytes = head.readableBytes();
    ByteBuffer[] sources;
    if (!context.gathers() && headBytes + bodyBytes <= MAX_COPIED_BYTES) {
      copied(head, body, bodyBytes);
      return;
    }
    if (head.nioBufferCount() == 1 && body.nioBufferCount() == 1) {
      sources = two;
      sources[0] = head.internalNioBuffer(head.readerIndex(), headBytes);
      sources[1] = body.internalNioBuffer(body.readerIndex(), bodyBytes);
      if (isSameObject(sources[0], sources[1])) {
        sources[0] = head.nioBuffer();
      }
    } else {
      ByteBuffer[] heads = head.nioBuffers();
      ByteBuffer[] bodies = body.nioBuffers(body.readerIndex(), bodyBytes);
      sources = new ByteBuffer[heads.length + bodies.length];
      System.arraycopy(heads, 0, sources, 0, heads.length);
      System.arraycopy(bodies, 0, sources, heads.length, bodies.length);
    }
    seal(sources, headBytes + bodyBytes);
    body.skipBytes(bodyBytes);
  }

  /** Spares a small frame the record that its head alone would cost. */
  private void copied(ByteBuf head, ByteBuf body, int bodyBytes) throws SSLException {
    ByteBuf frame = context.buffer(link.allocator(), head.readableBytes() + bodyBytes);
    try {
      frame.writeBytes(head, head.readerIndex(), head.readableBytes());
      frame.writeBytes(body, bodyBytes);
      bytes(frame);
    } finally {
      frame.release();
    }
  }

  /**
   * Seals bytes.
   *
   * @param data borrows
   */
  void bytes(ByteBuf data) throws SSLException {
    ByteBuffer[] sources;
    if (data.nioBufferCount() == 1) {
      sources = one;
      sources[0] = data.internalNioBuffer(data.readerIndex(), data.readableBytes());
    } else {
      sources = data.nioBuffers();
    }
    seal(sources, data.readableBytes());
  }

  private void seal(ByteBuffer[] sources, int bytes) throws SSLException {
    int left = bytes;
    while (left > 0) {
      int run = Math.min(left, MAX_RUN_BYTES);
      int fullRecords = (run - 1) / context.fragmentBytes();
      int lastBytes = run - fullRecords * context.fragmentBytes();
      ByteBuf to =
          room(fullRecords * (context.fragmentBytes() + EXPANSION_BYTES) + roomFor(lastBytes));
      ByteBuffer target = to.internalNioBuffer(to.writerIndex(), to.writableBytes());
      int before = left;
      Status status = Status.OK;
      while (left > 0 && status == Status.OK && target.remaining() >= roomFor(left)) {
        SSLEngineResult result = engine.wrap(sources, 0, sources.length, target);
        status = result.getStatus();
        left -= result.bytesConsumed();
        to.writerIndex(to.writerIndex() + result.bytesProduced());
      }
      if (left == before) {
        throw new SSLException("the engine takes no data: " + status);
      }
    }
    sources[0] = NOTHING[0];
    sources[sources.length - 1] = NOTHING[0];
  }

  /** Lets the engine write one piece of handshake, or an alert; says what became of it. */
  SSLEngineResult control() throws SSLException {
    ByteBuf to = room(roomFor(FLIGHT_BYTES));
    ByteBuffer target = to.internalNioBuffer(to.writerIndex(), to.writableBytes());
    SSLEngineResult result = engine.wrap(NOTHING, 0, 1, target);
    to.writerIndex(to.writerIndex() + result.bytesProduced());
    return result;
  }

  /** Lets the engine write what it still has to say: an alert, a close_notify. */
  void controlAll() {
    try {
      for (int i = 0; i < MAX_CONTROL_WRAPS; i++) {
        SSLEngineResult result = control();
        if (result.bytesProduced() == 0 || result.getStatus() != Status.OK) {
          return;
        }
      }
    } catch (SSLException e) {
      // what ended the connection is known already; this engine cannot tell the remote
      return;
    }
  }

  /** Flushes the link when there is anything of ours in it. */
  void flush() {
    handOver();
    if (unflushed) {
      flushLink();
    }
  }

  /** Flushes the link, in which there may be something of others. */
  void flushLink() {
    handOver();
    unflushed = false;
    link.flush();
  }

  /** Hands what was sealed to the link. */
  void handOver() {
    ByteBuf sealed = out;
    if (sealed == null) {
      return;
    }
    out = null;
    if (!sealed.isReadable()) {
      sealed.release();
      return;
    }
    unflushed = true;
    if (sealed.capacity() > MIN_BUFFER_BYTES && sealed.readableBytes() < sealed.capacity() / 4) {
      // engines want room for a whole record; a small one must not hold as much in the link
      link.write(link.allocator().buffer(sealed.readableBytes()).writeBytes(sealed));
      sealed.release();
    } else {
      link.write(sealed);
    }
  }

  /** Drops what was not handed over and is done with the engine. */
  void discard() {
    if (!context.free(engine)) {
      closeBothWays();
    }
    ByteBuf sealed = out;
    if (sealed != null) {
      out = null;
      sealed.release();
    }
  }

  /** Makes an engine free its memory: what it had to say has to be fetched for that. */
  private void closeBothWays() {
    engine.closeOutbound();
    controlAll();
    try {
      engine.closeInbound();
    } catch (SSLException withoutCloseNotify) {
      // how the connection ended is known and reported by others
      return;
    }
  }

  /** What the engine wants to be given for a record of so much. */
  private int roomFor(int plaintextBytes) {
    return context.tight()
        ? Math.min(plaintextBytes, context.fragmentBytes()) + MAX_EXPANSION_BYTES
        : packetBytes;
  }

  private ByteBuf room(int bytes) {
    ByteBuf current = out;
    if (current != null && current.writableBytes() < bytes) {
      if (current.readableBytes() + bytes <= MAX_GROWN_BYTES) {
        return current.ensureWritable(bytes);
      }
      handOver();
      current = null;
    }
    if (current == null) {
      current = context.buffer(link.allocator(), Math.max(bytes, MIN_BUFFER_BYTES));
      out = current;
    }
    return current;
  }
}
