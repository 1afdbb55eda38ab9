package io.ethpeerflow.crypto.aead;

import io.netty.buffer.ByteBuf;

/**
 * Base of sealers that want one array: gathers the message where its ciphertext will stand, then
 * seals in place.
 */
abstract class ArraySealer implements Sealer {
  private final byte[] nonce = new byte[Ciphers.NONCE_BYTES];
  private int start = -1;
  private boolean closed;

  /**
   * Seals {@code data[offset..offset+bytes)} in place and puts the tag behind it.
   *
   * @param nonce twelve bytes; valid during the call
   */
  abstract void sealInPlace(byte[] nonce, byte[] data, int offset, int bytes);

  @Override
  public final boolean needsArray() {
    return true;
  }

  @Override
  public final void start(long counter, ByteBuf out) {
    if (closed) {
      throw new IllegalStateException("the sealer is closed");
    }
    Ciphers.nonce(counter, nonce);
    start = out.writerIndex();
  }

  @Override
  public final void update(ByteBuf in, int index, int bytes, ByteBuf out) {
    out.writeBytes(in, index, bytes);
  }

  @Override
  public final void finish(ByteBuf out) {
    if (start < 0 || closed) {
      throw new IllegalStateException("no message was started");
    }
    int bytes = out.writerIndex() - start;
    out.ensureWritable(Ciphers.TAG_BYTES);
    sealInPlace(nonce, out.array(), out.arrayOffset() + start, bytes);
    out.writerIndex(start + bytes + Ciphers.TAG_BYTES);
    start = -1;
  }

  @Override
  public final void close() {
    closed = true;
    forget();
  }

  /** Drops what holds the key. */
  abstract void forget();
}
