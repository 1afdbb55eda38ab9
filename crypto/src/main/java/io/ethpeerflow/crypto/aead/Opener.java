package io.ethpeerflow.crypto.aead;

import io.netty.buffer.ByteBuf;

/**
 * Opens messages sealed with one ChaCha20-Poly1305 key (RFC 8439, no associated data), in place.
 *
 * <p>Not thread-safe, and bound to nobody: the caller sees to it that one thread at a time uses it.
 * What was written in place must not be looked at unless the tag was right.
 */
public interface Opener extends AutoCloseable {
  /**
   * Whether messages must lie in one piece of memory that is backed by an array. Otherwise any
   * contiguous memory will do, and {@link #start}, {@link #update} and {@link #finish} open a
   * message that lies in several pieces.
   */
  boolean needsArray();

  /**
   * Opens a message where it lies.
   *
   * @param nonce the counter it was sealed with
   * @param data borrows; contiguous, backed by an array if {@link #needsArray()}, and writable; its
   *     indices do not change
   * @param index where the ciphertext begins
   * @param bytes the ciphertext with its tag, at least {@link Ciphers#TAG_BYTES}
   * @return whether the tag is right; if not, the content of the range is undefined
   * @throws IllegalStateException after {@link #close()}
   */
  boolean open(long nonce, ByteBuf data, int index, int bytes);

  /**
   * Begins a message that lies in pieces.
   *
   * @throws UnsupportedOperationException if {@link #needsArray()}
   */
  void start(long nonce);

  /**
   * Decrypts the next piece in place.
   *
   * @param data borrows; contiguous and writable
   * @param index where the piece begins
   * @param bytes 0 or more, without any byte of the tag
   */
  void update(ByteBuf data, int index, int bytes);

  /**
   * Ends a message that lies in pieces.
   *
   * @param tag borrows; holds {@link Ciphers#TAG_BYTES} in a row
   * @return whether the tag is right; if not, the content of all pieces is undefined
   */
  boolean finish(ByteBuf tag, int index);

  /** Forgets the key and frees native memory. Idempotent. */
  @Override
  void close();
}
