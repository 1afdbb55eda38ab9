package io.ethpeerflow.noise.record;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.aead.Sealer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is written into records: {@code [u16 length][ciphertext][16 bytes of tag]}.
 *
 * <p>What is sealed since the last flush stands in one buffer, the flight, which may hold several
 * records; the last of them stays open, so that small writes of one turn share a record. With an
 * {@link Sealer} that needs no array each part is sealed from where it lies straight into the
 * flight: nothing is copied, queued or allocated per write. A part that would not fit the open
 * record begins a new one, so that a frame of at most {@code maxRecordBytes} is never split.
 *
 * <p>The size of flights follows the traffic, between {@value #MIN_FLIGHT_BYTES} bytes and {@value
 * #MAX_FLIGHT_BYTES}; there is none between flushes, so an idle connection holds no buffer.
 */
@OwnedBy("connection loop")
final class RecordWriter {
  static final int MIN_FLIGHT_BYTES = 2 << 10;
  static final int MAX_FLIGHT_BYTES = 128 << 10;
  private static final int LENGTH_BYTES = 2;
  private static final int OVERHEAD_BYTES = LENGTH_BYTES + Ciphers.TAG_BYTES;

  private final ByteLink link;
  private final Sealer sealer;
  private final int maxRecordBytes;
  private @Nullable ByteBuf flight;
  private int recordIndex = -1;
  private int recordBytes;
  private int flightBytes = MIN_FLIGHT_BYTES;
  private long turnBytes;
  private long nonce;

  RecordWriter(ByteLink link, Sealer sealer, int maxRecordBytes, long firstNonce) {
    this.link = link;
    this.sealer = sealer;
    this.maxRecordBytes = maxRecordBytes;
    this.nonce = firstNonce;
  }

  /** Appends a frame in two parts. Borrows both; indices do not change. */
  void append(
      ByteBuf head, int headIndex, int headBytes, ByteBuf body, int bodyIndex, int bodyBytes) {
    int frameBytes = headBytes + bodyBytes;
    if (recordIndex >= 0
        && frameBytes <= maxRecordBytes
        && recordBytes + frameBytes > maxRecordBytes) {
      finishRecord();
    }
    put(head, headIndex, headBytes, frameBytes);
    put(body, bodyIndex, bodyBytes, bodyBytes);
  }

  /** Appends bytes. Borrows; indices do not change. */
  void append(ByteBuf data, int index, int bytes) {
    if (recordIndex >= 0 && bytes <= maxRecordBytes && recordBytes + bytes > maxRecordBytes) {
      finishRecord();
    }
    put(data, index, bytes, bytes);
  }

  /** Ends the open record and gives the flight to the link. */
  void flush() {
    if (flight != null) {
      emit(flight);
    }
    if (turnBytes < flightBytes / 4 && flightBytes > MIN_FLIGHT_BYTES) {
      flightBytes /= 2;
    }
    turnBytes = 0;
  }

  /** Drops what was not flushed and frees the sealer. Idempotent. */
  void close() {
    if (flight != null) {
      flight.release();
      flight = null;
      recordIndex = -1;
    }
    sealer.close();
  }

  private void put(ByteBuf in, int index, int bytes, int expectedBytes) {
    int done = 0;
    while (done < bytes) {
      ByteBuf out = openRecord(Math.max(expectedBytes - done, bytes - done));
      int room = Math.min(maxRecordBytes - recordBytes, out.writableBytes() - Ciphers.TAG_BYTES);
      int part = Math.min(bytes - done, room);
      sealer.update(in, index + done, part, out);
      recordBytes += part;
      done += part;
      if (recordBytes == maxRecordBytes) {
        finishRecord();
      }
    }
  }

  private ByteBuf openRecord(int bytes) {
    ByteBuf out = flight;
    if (recordIndex >= 0 && out != null) {
      int wanted = Math.min(bytes, maxRecordBytes - recordBytes);
      if (out.writableBytes() - Ciphers.TAG_BYTES >= wanted) {
        return out;
      }
      finishRecord();
    }
    int wanted = Math.min(bytes, maxRecordBytes) + OVERHEAD_BYTES;
    if (out != null && out.writableBytes() < wanted) {
      emit(out);
      out = null;
      flightBytes = Math.min(MAX_FLIGHT_BYTES, flightBytes * 4);
    }
    if (out == null) {
      out = allocate(Math.max(flightBytes, wanted));
      flight = out;
    }
    // [spec noise/nonce-exhaustion] the counter 2^64-1 is reserved, and none is used twice
    if (nonce == -1) {
      throw new ConnectionClosedException(
          "this side has sealed 2^64-1 records: all nonces are used up");
    }
    recordIndex = out.writerIndex();
    recordBytes = 0;
    out.writeShort(0);
    // [spec noise/cipher-nonce]
    sealer.start(nonce++, out);
    return out;
  }

  private ByteBuf allocate(int bytes) {
    ByteBufAllocator allocator = link.allocator();
    return sealer.needsArray()
        ? allocator.heapBuffer(bytes, bytes)
        : allocator.directBuffer(bytes, bytes);
  }

  private void finishRecord() {
    ByteBuf out = flight;
    if (out == null) {
      throw new IllegalStateException("no record is open");
    }
    sealer.finish(out);
    // [spec noise/wire-format]
    out.setShort(recordIndex, out.writerIndex() - recordIndex - LENGTH_BYTES);
    recordIndex = -1;
  }

  private void emit(ByteBuf out) {
    if (recordIndex >= 0) {
      finishRecord();
    }
    flight = null;
    turnBytes += out.readableBytes();
    link.write(out);
  }
}
