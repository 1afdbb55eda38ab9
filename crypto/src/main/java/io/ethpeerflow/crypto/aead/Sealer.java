package io.ethpeerflow.crypto.aead;

import io.netty.buffer.ByteBuf;

/**
 * Seals messages with one ChaCha20-Poly1305 key (RFC 8439, no associated data), each straight from
 * the buffers that hold its parts into the buffer that will be sent.
 *
 * <p>One message is {@link #start}, any number of {@link #update}, {@link #finish}; between start
 * and finish nothing else may be appended to the output. The ciphertext stands where the output's
 * writer index was at the start. Lengths are the caller's to bound: a message has at most 2<sup>31
 * </sup>-17 bytes.
 *
 * <p>Not thread-safe, and bound to nobody: the caller sees to it that one thread at a time uses it.
 * Each nonce must be used once.
 */
public interface Sealer extends AutoCloseable {
  /** Whether the output must be backed by an array; otherwise any contiguous memory will do. */
  boolean needsArray();

  /**
   * Begins a message.
   *
   * @param nonce the 64-bit counter, little-endian in the last eight of the twelve bytes
   * @param out borrows; contiguous, with room for the message and {@link Ciphers#TAG_BYTES}
   * @throws IllegalStateException after {@link #close()}
   */
  void start(long nonce, ByteBuf out);

  /**
   * Appends a part of the message.
   *
   * @param in borrows; any kind of buffer, its indices do not change
   * @param index where the part begins
   * @param bytes 0 or more
   * @param out borrows; the buffer given to {@link #start}; its writer index moves on by {@code
   *     bytes}
   */
  void update(ByteBuf in, int index, int bytes, ByteBuf out);

  /**
   * Ends the message and appends its tag.
   *
   * @param out borrows; the buffer given to {@link #start}
   */
  void finish(ByteBuf out);

  /** Forgets the key and frees native memory. Idempotent. */
  @Override
  void close();
}
