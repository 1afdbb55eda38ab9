package io.ethpeerflow.noise.record;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.aead.Opener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Opens the records of a byte stream that arrives in chunks cut anywhere.
 *
 * <p>A record that lies wholly in a chunk is opened there and passed up as a slice of it, the last
 * one as the chunk itself. Of a record that straddles chunks the pieces are kept until it is
 * complete: large ones as they are, up to {@value #MAX_KEPT}, and opened where they lie; small
 * ones, which would hold on to more memory than they bring, are gathered in a buffer that grows
 * with what has arrived, never with what is merely claimed. So a bulk transfer is not copied, and a
 * remote can make this side hold at most {@value #MAX_KEPT} chunks and 64 KiB.
 *
 * <p>An opener that needs arrays gets each record that does not lie in one copied into one.
 */
@OwnedBy("connection loop")
final class RecordReader {
  /** Pieces of at least this size are kept as they are, in bytes. */
  static final int MIN_KEPT_BYTES = 4 << 10;

  /** How many pieces of one record are kept as they are. */
  static final int MAX_KEPT = 4;

  private final ByteBufAllocator allocator;
  private final Opener opener;
  private final PlaintextSink sink;

  // kept pieces and gathered ones may alternate, a gathered one in front and behind
  private final @Nullable ByteBuf[] pieces = new @Nullable ByteBuf[2 * MAX_KEPT + 1];
  private int pieceCount;
  private int keptCount;
  private boolean gathering;

  private int highByte = -1;
  private int length = -1;
  private int arrivedBytes;
  private long nonce;
  private boolean recordSeen;
  private boolean closed;

  RecordReader(ByteBufAllocator allocator, Opener opener, PlaintextSink sink, long firstNonce) {
    this.allocator = allocator;
    this.opener = opener;
    this.sink = sink;
    this.nonce = firstNonce;
  }

  /** Whether at least one record was opened. */
  boolean recordSeen() {
    return recordSeen;
  }

  /** How the stream would end badly now, or null when it is between two records. */
  @Nullable String truncation() {
    if (highByte >= 0) {
      return "inside the length of a record";
    }
    return length < 0
        ? null
        : "inside a record: " + arrivedBytes + " of " + length + " bytes arrived";
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @param chunk consumes
   * @throws ProtocolViolation if a record is too short or does not authenticate; the reader must be
   *     closed then
   */
  @SuppressWarnings("ReferenceEquality")
  void onChunk(ByteBuf chunk) throws ProtocolViolation {
    @Nullable ByteBuf data = owned(chunk);
    try {
      while (!closed) {
        if (length < 0 && !readLength(data)) {
          return;
        }
        int readable = data.readableBytes();
        if (arrivedBytes == 0 && readable >= length) {
          ByteBuf plaintext = openWhole(data);
          if (plaintext == data) {
            // the chunk itself goes up: nothing of it is left
            data = null;
          }
          if (plaintext != null) {
            sink.onPlaintext(plaintext);
          }
          if (data == null) {
            return;
          }
        } else if (readable == 0) {
          return;
        } else {
          keep(data, Math.min(length - arrivedBytes, readable));
          if (arrivedBytes < length) {
            return;
          }
          openPieces();
        }
      }
    } finally {
      if (data != null) {
        data.release();
      }
    }
  }

  /** Drops what has not become a record and frees the opener. Idempotent. */
  void close() {
    closed = true;
    dropPieces();
    opener.close();
  }

  /** Opening in place needs memory that is writable and in one piece. */
  private ByteBuf owned(ByteBuf chunk) {
    if (!chunk.isReadOnly() && chunk.nioBufferCount() == 1) {
      return chunk;
    }
    try {
      return allocator.buffer(chunk.readableBytes()).writeBytes(chunk);
    } finally {
      chunk.release();
    }
  }

  private boolean readLength(ByteBuf data) throws ProtocolViolation {
    int readable = data.readableBytes();
    if (highByte >= 0 && readable >= 1) {
      length = highByte << 8 | data.readUnsignedByte();
      highByte = -1;
    } else if (readable >= 2) {
      length = data.readUnsignedShort();
    } else {
      if (readable == 1) {
        highByte = data.readUnsignedByte();
      }
      return false;
    }
    // [spec noise/transport-message]
    if (length < Ciphers.TAG_BYTES) {
      throw violation(
          "record of "
              + length
              + " bytes, at least the "
              + Ciphers.TAG_BYTES
              + " of its tag needed");
    }
    arrivedBytes = 0;
    return true;
  }

  /** Opens the record at the reader index; gives its plaintext, or null when there is none. */
  private @Nullable ByteBuf openWhole(ByteBuf data) throws ProtocolViolation {
    int bytes = length;
    int plainBytes = bytes - Ciphers.TAG_BYTES;
    if (opener.needsArray() && !data.hasArray()) {
      return openCopy(data, bytes);
    }
    int index = data.readerIndex();
    data.skipBytes(bytes);
    checkTag(opener.open(nextNonce(), data, index, bytes));
    if (plainBytes == 0) {
      return null;
    }
    return data.isReadable()
        ? data.retainedSlice(index, plainBytes)
        : data.setIndex(index, index + plainBytes);
  }

  private @Nullable ByteBuf openCopy(ByteBuf data, int bytes) throws ProtocolViolation {
    ByteBuf copy = allocator.heapBuffer(bytes, bytes);
    try {
      copy.writeBytes(data, bytes);
      checkTag(opener.open(nextNonce(), copy, 0, bytes));
      int plainBytes = bytes - Ciphers.TAG_BYTES;
      return plainBytes == 0 ? null : copy.retain().writerIndex(plainBytes);
    } finally {
      copy.release();
    }
  }

  private void keep(ByteBuf data, int bytes) {
    int remaining = length - arrivedBytes;
    arrivedBytes += bytes;
    if (!opener.needsArray() && bytes >= MIN_KEPT_BYTES && keptCount < MAX_KEPT) {
      pieces[pieceCount++] = data.readRetainedSlice(bytes);
      keptCount++;
      gathering = false;
      return;
    }
    if (!gathering) {
      pieces[pieceCount++] =
          opener.needsArray()
              ? allocator.heapBuffer(bytes, remaining)
              : allocator.directBuffer(bytes, remaining);
      gathering = true;
    }
    piece(pieceCount - 1).writeBytes(data, bytes);
  }

  private void openPieces() throws ProtocolViolation {
    int plainBytes = length - Ciphers.TAG_BYTES;
    if (pieceCount == 1) {
      ByteBuf only = piece(0);
      checkTag(opener.open(nextNonce(), only, only.readerIndex(), length));
    } else {
      openScattered(plainBytes);
    }
    int count = pieceCount;
    int left = plainBytes;
    for (int i = 0; i < count && !closed; i++) {
      ByteBuf piece = piece(i);
      pieces[i] = null;
      int part = Math.min(left, piece.readableBytes());
      left -= part;
      pass(piece, part);
    }
    pieceCount = 0;
    keptCount = 0;
    gathering = false;
  }

  private void openScattered(int plainBytes) throws ProtocolViolation {
    opener.start(nextNonce());
    int left = plainBytes;
    for (int i = 0; i < pieceCount; i++) {
      ByteBuf piece = piece(i);
      int part = Math.min(left, piece.readableBytes());
      opener.update(piece, piece.readerIndex(), part);
      left -= part;
    }
    ByteBuf last = piece(pieceCount - 1);
    if (last.readableBytes() >= Ciphers.TAG_BYTES) {
      checkTag(opener.finish(last, last.writerIndex() - Ciphers.TAG_BYTES));
      return;
    }
    ByteBuf tag = allocator.directBuffer(Ciphers.TAG_BYTES, Ciphers.TAG_BYTES);
    try {
      int skip = plainBytes;
      for (int i = 0; i < pieceCount; i++) {
        ByteBuf piece = piece(i);
        int skipped = Math.min(skip, piece.readableBytes());
        skip -= skipped;
        tag.writeBytes(piece, piece.readerIndex() + skipped, piece.readableBytes() - skipped);
      }
      checkTag(opener.finish(tag, 0));
    } finally {
      tag.release();
    }
  }

  private void pass(ByteBuf plaintext, int bytes) {
    if (bytes == 0 || closed) {
      plaintext.release();
      return;
    }
    sink.onPlaintext(plaintext.writerIndex(plaintext.readerIndex() + bytes));
  }

  private long nextNonce() throws ProtocolViolation {
    // [spec noise/nonce-exhaustion]
    if (nonce == -1) {
      throw violation("the remote has sealed 2^64-1 records: all nonces are used up");
    }
    return nonce++;
  }

  /** Ends a record. */
  private void checkTag(boolean authentic) throws ProtocolViolation {
    if (!authentic) {
      throw violation(
          "record "
              + Long.toUnsignedString(nonce - 1)
              + " of "
              + length
              + " bytes does not authenticate: its tag is wrong");
    }
    recordSeen = true;
    length = -1;
    arrivedBytes = 0;
  }

  private ByteBuf piece(int i) {
    ByteBuf piece = pieces[i];
    if (piece == null) {
      throw new IllegalStateException("no piece " + i);
    }
    return piece;
  }

  private void dropPieces() {
    for (int i = 0; i < pieces.length; i++) {
      ByteBuf piece = pieces[i];
      if (piece != null) {
        piece.release();
        pieces[i] = null;
      }
    }
  }

  private static ProtocolViolation violation(String detail) {
    return ProtocolViolation.onConnection(ConnectionErrorCode.PROTOCOL_VIOLATION.value(), detail);
  }
}
