package io.ethpeerflow.gossipsub.sign;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.peer.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Checks messages of others against a policy. Stateless and thread-safe: {@link #refusalOfForm} is
 * cheap and may run where messages arrive, {@link #refusalOfSignature} costs some tens of
 * microseconds with Ed25519 and belongs on workers.
 */
public final class MessageVerifier {
  private static final int SEQNO_BYTES = 8;

  private final SigningPolicy policy;

  /** A verifier for a policy. */
  public MessageVerifier(SigningPolicy policy) {
    this.policy = policy;
  }

  /** Why a message is refused, or null when it satisfies the policy. */
  public @Nullable Refusal refusal(Message message) {
    Refusal form = refusalOfForm(message);
    return form != null ? form : refusalOfSignature(message);
  }

  /** Why the fields that are there, or are not, refuse a message; null when they do not. */
  public @Nullable Refusal refusalOfForm(Message message) {
    return switch (policy) {
      case STRICT_SIGN -> missing(message);
      case STRICT_NO_SIGN -> unexpected(message);
      // [spec pubsub/lax]
      case LAX_SIGN, LAX_NO_SIGN ->
          message.hasSignature() && !message.hasFrom() ? Refusal.MISSING_FROM : null;
    };
  }

  // [spec pubsub/strict-sign]
  private static @Nullable Refusal missing(Message message) {
    if (!message.hasSignature()) {
      return Refusal.MISSING_SIGNATURE;
    }
    if (!message.hasFrom()) {
      return Refusal.MISSING_FROM;
    }
    byte[] seqno = message.seqno();
    if (seqno == null) {
      return Refusal.MISSING_SEQNO;
    }
    return seqno.length == SEQNO_BYTES ? null : Refusal.MALFORMED_SEQNO;
  }

  // [spec pubsub/strict-no-sign] absent, not merely empty
  private static @Nullable Refusal unexpected(Message message) {
    if (message.hasSignature()) {
      return Refusal.UNEXPECTED_SIGNATURE;
    }
    if (message.hasKey()) {
      return Refusal.UNEXPECTED_KEY;
    }
    if (message.hasFrom()) {
      return Refusal.UNEXPECTED_FROM;
    }
    return message.hasSeqno() ? Refusal.UNEXPECTED_SEQNO : null;
  }

  /**
   * Why the signature refuses a message; null when it is right, or absent. What {@link
   * #refusalOfForm} checks is not checked again.
   */
  public @Nullable Refusal refusalOfSignature(Message message) {
    byte[] signature = message.signature();
    if (signature == null) {
      return null;
    }
    byte[] from = message.from();
    if (from == null) {
      return Refusal.MISSING_FROM;
    }
    PeerId author;
    try {
      author = PeerId.decode(from);
    } catch (WireFormatException e) {
      return Refusal.MALFORMED_FROM;
    }
    PublicKey key;
    try {
      byte[] attached = message.key();
      key = attached != null ? PublicKey.decode(attached) : author.inlinedKey();
    } catch (WireFormatException e) {
      return Refusal.MALFORMED_KEY;
    }
    if (key == null) {
      return Refusal.MISSING_KEY;
    }
    // [spec pubsub/key] a key that is there has to be the author's
    if (message.hasKey() && !author.matches(key)) {
      return Refusal.KEY_OF_ANOTHER;
    }
    return key.verify(SignedBytes.of(message), signature) ? null : Refusal.INVALID_SIGNATURE;
  }
}
