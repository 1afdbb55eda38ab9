package io.ethpeerflow.crypto.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.ethpeerflow.crypto.aead.Ciphers;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An {@code EVP_CIPHER_CTX} with its key, and a scrap of native memory for its arguments. Freed by
 * {@link #close()}, and by a {@link Cleaner} if its owner is lost.
 *
 * <p>Its users must keep their owner reachable (a fence) as long as a call runs: else the cleaner
 * may free what the call uses.
 */
final class EvpContext {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ValueLayout.OfLong LONG_LE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long SCRATCH_BYTES = 64;
  private static final long COUNTER_OFFSET = 4;
  private static final long OUT_LENGTH_OFFSET = 16;
  private static final long TAG_OFFSET = 32;

  private final Handles handles;
  private final Cleaner.Cleanable cleanable;
  private final boolean seal;
  private final MemorySegment scratch;

  /** What the cleaner frees; must not refer to the owner. */
  private static final class Handles implements Runnable {
    private long context;
    private long scratch;

    @Override
    public void run() {
      try {
        if (context != 0) {
          Evp.CTX_FREE.invokeExact(context);
          context = 0;
        }
        if (scratch != 0) {
          Evp.FREE.invokeExact(scratch, 0L, 0);
          scratch = 0;
        }
      } catch (Throwable e) {
        throw Libcrypto.failed(e);
      }
    }
  }

  /**
   * A context that owns the key from here on.
   *
   * @param owner whose loss frees the context
   */
  @SuppressWarnings("restricted")
  EvpContext(Object owner, byte[] key, boolean seal) {
    handles = new Handles();
    cleanable = CLEANER.register(owner, handles);
    this.seal = seal;
    try {
      handles.scratch = (long) Evp.MALLOC.invokeExact(SCRATCH_BYTES, 0L, 0);
      handles.context = (long) Evp.CTX_NEW.invokeExact();
      if (handles.scratch == 0 || handles.context == 0) {
        throw new OutOfMemoryError("libcrypto cannot allocate a cipher");
      }
      scratch = MemorySegment.ofAddress(handles.scratch).reinterpret(SCRATCH_BYTES);
      scratch.fill((byte) 0);
      MemorySegment.copy(key, 0, scratch, JAVA_BYTE, 0, key.length);
      int ok =
          seal
              ? (int)
                  Evp.ENCRYPT_INIT.invokeExact(handles.context, Evp.CIPHER, 0L, handles.scratch, 0L)
              : (int)
                  Evp.DECRYPT_INIT.invokeExact(
                      handles.context, Evp.CIPHER, 0L, handles.scratch, 0L);
      Evp.CLEANSE.invokeExact(handles.scratch, SCRATCH_BYTES);
      check(ok, "init");
    } catch (Error | RuntimeException e) {
      cleanable.clean();
      throw e;
    } catch (Throwable e) {
      cleanable.clean();
      throw Libcrypto.failed(e);
    }
  }

  void close() {
    cleanable.clean();
  }

  long handle() {
    long context = handles.context;
    if (context == 0) {
      throw new IllegalStateException("the cipher is closed");
    }
    return context;
  }

  /** Begins a message with the nonce of a counter. */
  void start(long counter) {
    long context = handle();
    scratch.set(LONG_LE, COUNTER_OFFSET, counter);
    startWith(context);
  }

  /** Begins a message with any nonce, after which no counter may follow, and associated data. */
  void start(byte[] nonce, byte[] associated) {
    long context = handle();
    MemorySegment.copy(nonce, 0, scratch, JAVA_BYTE, 0, Ciphers.NONCE_BYTES);
    startWith(context);
    if (associated.length == 0) {
      return;
    }
    try {
      updateAny(MemorySegment.ofArray(associated), MemorySegment.NULL, associated.length);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  /** With the nonce that lies in the scratch. */
  private void startWith(long context) {
    long nonce = handles.scratch;
    try {
      int ok =
          seal
              ? (int) Evp.ENCRYPT_INIT.invokeExact(context, 0L, 0L, 0L, nonce)
              : (int) Evp.DECRYPT_INIT.invokeExact(context, 0L, 0L, 0L, nonce);
      check(ok, "start a message");
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  /** Address of 16 bytes for a tag. */
  long tag() {
    return handles.scratch + TAG_OFFSET;
  }

  /** Address of an int that no one reads. */
  long outLength() {
    return handles.scratch + OUT_LENGTH_OFFSET;
  }

  void tagTo(ByteBuf out, int index) {
    out.setLongLE(index, scratch.get(LONG_LE, TAG_OFFSET));
    out.setLongLE(index + 8, scratch.get(LONG_LE, TAG_OFFSET + 8));
  }

  void tagFrom(ByteBuf in, int index) {
    scratch.set(LONG_LE, TAG_OFFSET, in.getLongLE(index));
    scratch.set(LONG_LE, TAG_OFFSET + 8, in.getLongLE(index + 8));
  }

  /** Runs the cipher over bytes, from wherever they are to wherever they shall be. */
  void update(ByteBuf in, int inIndex, int bytes, ByteBuf out, int outIndex) {
    if (bytes == 0) {
      return;
    }
    // the buffers' own checks: native code would not notice
    if (inIndex < 0
        || inIndex + bytes > in.capacity()
        || outIndex < 0
        || outIndex + bytes > out.capacity()) {
      throw new IndexOutOfBoundsException(
          bytes
              + " bytes from "
              + inIndex
              + " of "
              + in.capacity()
              + " to "
              + outIndex
              + " of "
              + out.capacity());
    }
    try {
      if (in.hasMemoryAddress() && out.hasMemoryAddress()) {
        long from = in.memoryAddress() + inIndex;
        long to = out.memoryAddress() + outIndex;
        int ok =
            seal
                ? (int) Evp.ENCRYPT_UPDATE.invokeExact(handle(), to, outLength(), from, bytes)
                : (int) Evp.DECRYPT_UPDATE.invokeExact(handle(), to, outLength(), from, bytes);
        check(ok, "update");
      } else if (in.nioBufferCount() == 1) {
        updateAny(segment(in, inIndex, bytes), segment(out, outIndex, bytes), bytes);
      } else {
        int at = outIndex;
        for (ByteBuffer part : in.nioBuffers(inIndex, bytes)) {
          int partBytes = part.remaining();
          updateAny(MemorySegment.ofBuffer(part), segment(out, at, partBytes), partBytes);
          at += partBytes;
        }
      }
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  private void updateAny(MemorySegment in, MemorySegment out, int bytes) throws Throwable {
    int ok =
        seal
            ? (int) Evp.ENCRYPT_UPDATE_ANY.invokeExact(handle(), out, outLength(), in, bytes)
            : (int) Evp.DECRYPT_UPDATE_ANY.invokeExact(handle(), out, outLength(), in, bytes);
    check(ok, "update");
  }

  private static MemorySegment segment(ByteBuf data, int index, int bytes) {
    return data.hasArray()
        ? MemorySegment.ofArray(data.array()).asSlice(data.arrayOffset() + (long) index, bytes)
        : MemorySegment.ofBuffer(data.internalNioBuffer(index, bytes));
  }

  static void check(int ok, String step) {
    if (ok != 1) {
      throw new IllegalStateException("libcrypto refused to " + step);
    }
  }
}
