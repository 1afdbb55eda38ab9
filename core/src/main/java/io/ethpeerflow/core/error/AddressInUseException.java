package io.ethpeerflow.core.error;

import org.jspecify.annotations.Nullable;

/** Somebody else listens on that address and port. */
public class AddressInUseException extends P2pException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the address, and what the system said. */
  public AddressInUseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
