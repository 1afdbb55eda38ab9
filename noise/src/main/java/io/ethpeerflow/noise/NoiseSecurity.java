package io.ethpeerflow.noise;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.concurrent.CompletableFuture;

/**
 * libp2p Noise: {@code Noise_XX_25519_ChaChaPoly_SHA256} with identities and early muxer
 * negotiation. Thread-safe; one instance serves a host.
 */
public final class NoiseSecurity implements SecurityProtocol {
  /** The multistream id. */
  // [spec noise/protocol-id]
  public static final ProtocolId ID = ProtocolId.of("/noise");

  private static final byte[] NO_PROLOGUE = new byte[0];

  private final NoiseConfig config;
  private final AeadProvider aead;
  private final KeyAgreement agreement;

  /** With the default limits. */
  public NoiseSecurity() {
    this(NoiseConfig.DEFAULT);
  }

  /**
   * With given limits.
   *
   * @throws IllegalStateException if no AEAD can be used, or the one that a system property names
   *     cannot
   */
  public NoiseSecurity(NoiseConfig config) {
    this.config = config;
    AeadProvider wished = config.aead();
    aead = wished == null ? AeadProviders.best() : wished;
    agreement = KeyAgreements.best();
  }

  @Override
  public ProtocolId id() {
    return ID;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The initiator's result completes when it has sent the last message, before the responder has
   * checked it: if the responder refuses, the link ends before its first record, and its receiver
   * sees a {@code HandshakeException}.
   */
  @Override
  public CompletableFuture<SecureLink> secure(ByteLink link, SecurityRequest request) {
    return secure(link, request, NO_PROLOGUE);
  }

  /**
   * Runs the handshake with a prologue that binds it to something both sides know, such as the
   * certificates of a WebRTC connection.
   *
   * @param prologue copied; the handshake fails unless the remote's is the same
   * @return as {@link #secure(ByteLink, SecurityRequest)}
   */
  public CompletableFuture<SecureLink> secure(
      ByteLink link, SecurityRequest request, byte[] prologue) {
    return HandshakeDriver.run(link, request, prologue, config, aead, agreement);
  }
}
