package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A stream as {@code java.io} streams, friendly to virtual threads. One thread may read while
 * another writes. Every call throws {@link IllegalStateException} on an event loop, where it would
 * deadlock. A reset shows as {@link java.io.IOException} with a {@code StreamResetException} as its
 * cause; an interrupt as {@link java.io.InterruptedIOException}, after which the stream is still
 * usable.
 */
@DoNotImplement
public interface BlockingStream extends AutoCloseable {
  /** The stream underneath. */
  Stream stream();

  /** What the remote sends; closing it is {@link Stream#stopReading}. */
  InputStream in();

  /** What is sent; {@code flush} waits for the socket, closing it is {@link #closeWrite}. */
  OutputStream out();

  /** Closes the write side after what is queued; reading goes on. */
  void closeWrite();

  /**
   * Ends the stream: nothing happens when both sides were finished, otherwise it is reset. Leaving
   * try-with-resources unfinished therefore resets the stream.
   */
  @Override
  void close();
}
