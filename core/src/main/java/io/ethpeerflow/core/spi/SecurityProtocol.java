package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.concurrent.CompletableFuture;

/** Turns a raw link into an authenticated one. Thread-safe; one instance serves a host. */
public interface SecurityProtocol {
  /** Its multistream id. */
  ProtocolId id();

  /**
   * Runs the handshake. Must be called on the link's loop, where the result completes.
   *
   * @param link belongs to the handshake until it ends; on failure and on cancellation the caller
   *     closes it
   * @return fails with {@code HandshakeException}
   */
  CompletableFuture<SecureLink> secure(ByteLink link, SecurityRequest request);
}
