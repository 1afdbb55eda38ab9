package io.ethpeerflow.noise;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.handshake.HandshakeKeys;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.concurrent.CompletableFuture;

/**
 * libp2p Noise: {@code Noise_XX_25519_ChaChaPoly_SHA256} with identities and early muxer
 * negotiation. Thread-safe; one instance serves a host.
 *
 * <p><b>Keys.</b> An instance makes one static key for each identity, signs it once, and uses it
 * for all connections of that identity; it is kept in memory only, until {@link #close()}. For
 * privacy this means: the static key travels encrypted, and always together with the identity that
 * it belongs to, so that it links connections only for those who know their identity anyway: the
 * responder that an initiator has authenticated, and whoever dials a responder. Forward secrecy
 * comes from the ephemeral keys: fresh for each connection, used once, overwritten when the
 * handshake ends. Up to four of them are made beforehand, each after a handshake that ended well,
 * with the randomness of that one's request.
 *
 * <p><b>Signatures of remotes.</b> A peer that keeps its static key likewise has its signature
 * verified once: valid ones are remembered as digests of identity key, static key and signature
 * together, up to 1,024 of them ({@link io.ethpeerflow.wire.crypto.VerifiedSignatures}). That the
 * remote holds the static key is proven in every handshake.
 */
public final class NoiseSecurity implements SecurityProtocol, AutoCloseable {
  /** The multistream id. */
  // [spec noise/protocol-id]
  public static final ProtocolId ID = ProtocolId.of("/noise");

  private static final byte[] NO_PROLOGUE = new byte[0];

  private final NoiseConfig config;
  private final HandshakeKeys keys;

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
    keys = new HandshakeKeys(wished == null ? AeadProviders.best() : wished, KeyAgreements.best());
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
    return HandshakeDriver.run(link, request, prologue, config, keys);
  }

  /**
   * Overwrites the private keys that are kept: for when no host uses this instance any more.
   * Connections live on; handshakes that have not ended fail; a later one makes new keys.
   */
  @Override
  public void close() {
    keys.close();
  }
}
