package io.ethpeerflow.core;

import java.util.concurrent.Executor;

/** Ready-made ways to write a {@link StreamHandler}. */
public final class StreamHandlers {
  private StreamHandlers() {}

  /** A handler that may block. */
  @FunctionalInterface
  public interface Blocking {
    /**
     * Serves one stream; returning closes the write side and gives up the read side, an exception
     * resets the stream.
     *
     * @throws Exception anything: it resets the stream
     */
    void handle(BlockingStream stream) throws Exception;
  }

  /** Runs {@code handler} for each stream on a virtual thread of its own. */
  public static StreamHandler blocking(Blocking handler) {
    return blocking(handler, Thread::startVirtualThread);
  }

  /**
   * Runs {@code handler} for each stream on {@code executor}.
   *
   * @param executor a rejection resets the stream
   */
  public static StreamHandler blocking(Blocking handler, Executor executor) {
    return stream -> {
      BlockingStream view = stream.blocking();
      executor.execute(
          () -> {
            try {
              handler.handle(view);
              view.closeWrite();
              stream.stopReading(StreamErrorCode.NO_ERROR);
            } catch (Exception | Error failure) {
              stream.reset(StreamErrorCode.NO_ERROR);
            }
          });
    };
  }
}
