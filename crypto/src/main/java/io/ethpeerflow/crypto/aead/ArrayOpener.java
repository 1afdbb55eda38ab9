package io.ethpeerflow.crypto.aead;

import io.netty.buffer.ByteBuf;

/** Base of openers that want the whole message in one array. */
abstract class ArrayOpener implements Opener {
  private final byte[] nonce = new byte[Ciphers.NONCE_BYTES];
  private boolean closed;

  /**
   * Opens {@code data[offset..offset+bytes)}, tag included, in place.
   *
   * @param nonce twelve bytes; valid during the call
   * @return whether the tag is right
   */
  abstract boolean openInPlace(byte[] nonce, byte[] data, int offset, int bytes);

  @Override
  public final boolean needsArray() {
    return true;
  }

  @Override
  public final boolean open(long counter, ByteBuf data, int index, int bytes) {
    if (closed) {
      throw new IllegalStateException("the opener is closed");
    }
    Ciphers.nonce(counter, nonce);
    return openInPlace(nonce, data.array(), data.arrayOffset() + index, bytes);
  }

  @Override
  public final void start(long counter) {
    throw new UnsupportedOperationException("needs the whole message in one array");
  }

  @Override
  public final void update(ByteBuf data, int index, int bytes) {
    throw new UnsupportedOperationException("needs the whole message in one array");
  }

  @Override
  public final boolean finish(ByteBuf tag, int index) {
    throw new UnsupportedOperationException("needs the whole message in one array");
  }

  @Override
  public final void close() {
    closed = true;
    forget();
  }

  /** Drops what holds the key. */
  abstract void forget();
}
