package io.ethpeerflow.wire.crypto.store;

import java.io.IOException;

/**
 * A key file that cannot be used. The message names the file and what to do about it, and holds no
 * part of the key.
 */
public final class KeyFileException extends IOException {
  private static final long serialVersionUID = 1L;

  KeyFileException(String message) {
    super(message);
  }

  KeyFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
