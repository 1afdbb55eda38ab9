package io.ethpeerflow.tls.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns chunks that are cut anywhere into runs of whole records, in the kind of memory that the
 * engine likes. Whole records are used where they lie; only a record that straddles chunks is
 * assembled, in memory that grows with what has arrived, up to the longest record.
 */
final class RecordCutter {
  private static final int HEADER_BYTES = 5;
  private static final int VERSION_AT = 1;
  private static final int PROTECTED_VERSION = 0x0303;
  private static final int LENGTH_AT = 3;
  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 24;

  private final TlsContext context;
  private final ByteBufAllocator allocator;
  private final boolean isProtected;
  private final Deque<ByteBuf> chunks = new ArrayDeque<>(2);
  private @Nullable ByteBuf partial;

  /**
   * One without input.
   *
   * @param isProtected whether all records are sealed, so that nothing in them may differ
   */
  RecordCutter(TlsContext context, ByteBufAllocator allocator, boolean isProtected) {
    this.context = context;
    this.allocator = allocator;
    this.isProtected = isProtected;
  }

  /**
   * Takes what arrived.
   *
   * @param chunk consumes
   */
  void add(ByteBuf chunk) {
    chunks.add(chunk);
  }

  /** Whether the input has ended inside a record. */
  boolean midRecord() {
    return partial != null;
  }

  /**
   * The next run of whole records.
   *
   * @return gives it; null when more input is needed
   * @throws SSLException when what comes next is no TLS record or too long
   */
  @Nullable ByteBuf next() throws SSLException {
    ByteBuf chunk = chunks.peek();
    while (chunk != null) {
      ByteBuf records = partial == null ? take(chunk) : complete(chunk);
      if (!chunk.isReadable()) {
        chunks.remove().release();
      }
      if (records != null) {
        return records;
      }
      chunk = chunks.peek();
    }
    return null;
  }

  /** Gives back, in order, what was added and not returned by {@link #next}. */
  Deque<ByteBuf> rest() {
    var rest = new ArrayDeque<ByteBuf>(chunks);
    chunks.clear();
    ByteBuf begun = partial;
    if (begun != null) {
      rest.addFirst(begun);
      partial = null;
    }
    return rest;
  }

  void release() {
    rest().forEach(ByteBuf::release);
  }

  /** The whole records at the front of a chunk; what follows them becomes the partial one. */
  private @Nullable ByteBuf take(ByteBuf chunk) throws SSLException {
    int from = chunk.readerIndex();
    int at = from;
    int length = recordLength(chunk, at);
    while (length > 0 && length <= chunk.writerIndex() - at) {
      at += length;
      length = recordLength(chunk, at);
    }
    ByteBuf records = at == from ? null : cut(chunk, at - from);
    int left = chunk.readableBytes();
    if (left > 0) {
      partial = context.buffer(allocator, left).writeBytes(chunk);
    }
    return records;
  }

  private ByteBuf cut(ByteBuf chunk, int bytes) {
    if (context.suits(chunk)) {
      return chunk.readRetainedSlice(bytes);
    }
    return context.buffer(allocator, bytes).writeBytes(chunk, bytes);
  }

  /** Moves bytes from a chunk to the partial record, no further than its end. */
  private @Nullable ByteBuf complete(ByteBuf chunk) throws SSLException {
    ByteBuf record = partial;
    if (record == null) {
      return null;
    }
    if (record.readableBytes() < HEADER_BYTES) {
      move(chunk, record, HEADER_BYTES);
    }
    int length = recordLength(record, record.readerIndex());
    if (length > 0) {
      move(chunk, record, length);
      if (record.readableBytes() == length) {
        partial = null;
        return record;
      }
    }
    return null;
  }

  private static void move(ByteBuf from, ByteBuf to, int upTo) {
    to.writeBytes(from, Math.min(upTo - to.readableBytes(), from.readableBytes()));
  }

  /** The length of the record at an index, header included, or 0 when the header is not whole. */
  private int recordLength(ByteBuf in, int at) throws SSLException {
    if (in.writerIndex() - at < HEADER_BYTES) {
      return 0;
    }
    int type = in.getUnsignedByte(at);
    if (type < FIRST_TYPE || type > LAST_TYPE) {
      throw new SSLException("TLS record type " + type + ", allowed are 20 to 24");
    }
    // RFC 8446 section 5.2: the version is authenticated data; the JDK's engine does not look at it
    int version = in.getUnsignedShort(at + VERSION_AT);
    if (isProtected && version != PROTECTED_VERSION) {
      throw new SSLException(
          "TLS record version 0x%04x, allowed is 0x%04x".formatted(version, PROTECTED_VERSION));
    }
    int length = HEADER_BYTES + in.getUnsignedShort(at + LENGTH_AT);
    if (length > TlsContext.MAX_RECORD_BYTES) {
      throw new SSLException(
          "TLS record of "
              + length
              + " bytes exceeds the "
              + TlsContext.MAX_RECORD_BYTES
              + " allowed");
    }
    return length;
  }
}
