package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pattern {@code Noise_XX_25519_ChaChaPoly_SHA256} as a pure machine: bytes in, bytes out, no
 * I/O, no randomness of its own.
 *
 * <pre>
 *   message 1, by the initiator:  e
 *   message 2, by the responder:  e, ee, s, es   and a payload
 *   message 3, by the initiator:  s, se          and a payload
 * </pre>
 *
 * <p>Message 1 has no payload, as libp2p prescribes. Calls out of turn are programming errors and
 * throw {@link IllegalStateException}; what the remote sends wrongly throws {@link
 * ProtocolViolation}, after which the machine refuses all further calls. Not thread-safe.
 */
public final class XxHandshake {
  /** The name that both sides mix into their hash first. */
  public static final String PROTOCOL_NAME = "Noise_XX_25519_ChaChaPoly_SHA256";

  /** Longest Noise message, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 65535;

  private static final int KEY_BYTES = KeyAgreement.KEY_BYTES;
  private static final int SEALED_KEY_BYTES = KEY_BYTES + Ciphers.TAG_BYTES;

  /** The scope of errors in the code space of connections: a protocol violation. */
  static final long VIOLATION = 0x1003;

  private final Role role;
  private final DhKeyPair staticKey;
  private final DhKeyPair ephemeralKey;
  private final SymmetricState symmetric;
  private byte @Nullable [] remoteEphemeral;
  private byte @Nullable [] remoteStatic;
  private int nextMessage = 1;
  private boolean failed;

  /**
   * Begins a handshake.
   *
   * @param prologue must be the same on both sides; empty except for WebRTC; copied
   * @param aead seals and opens the texts in the messages
   * @param staticKey may serve other handshakes too: not erased here
   * @param ephemeralKey used for this handshake only, and erased when it ends: what makes its keys
   *     secret from who learns the static keys later
   */
  public XxHandshake(
      Role role, byte[] prologue, AeadProvider aead, DhKeyPair staticKey, DhKeyPair ephemeralKey) {
    this.role = role;
    this.staticKey = staticKey;
    this.ephemeralKey = ephemeralKey;
    // [spec noise/handshake-xx] both sides begin with the name of pattern and ciphers
    symmetric = new SymmetricState(PROTOCOL_NAME, aead);
    // [spec noise/prologue] then comes what both know from elsewhere
    symmetric.mixHash(prologue);
  }

  /** Number of the next message, 1 to 3; 4 when all are done. */
  public int nextMessage() {
    return nextMessage;
  }

  /** Whether the next message is this side's to write. */
  public boolean isMyTurn() {
    return !failed && nextMessage <= 3 && writer(nextMessage) == role;
  }

  /** Whether all three messages are done. */
  public boolean isComplete() {
    return !failed && nextMessage == 4;
  }

  private static Role writer(int message) {
    return message == 2 ? Role.RESPONDER : Role.INITIATOR;
  }

  /**
   * Writes the next message.
   *
   * @param payload empty for message 1; at most 65,439 bytes for message 2 and 65,471 for message 3
   * @throws ProtocolViolation if the remote's key has low order
   * @throws IllegalArgumentException if the payload is too long
   */
  public byte[] writeMessage(byte[] payload) throws ProtocolViolation {
    if (!isMyTurn()) {
      throw new IllegalStateException("message " + nextMessage + " is not this side's to write");
    }
    int overhead = overhead(nextMessage);
    if (payload.length > (nextMessage == 1 ? 0 : MAX_MESSAGE_BYTES - overhead)) {
      throw new IllegalArgumentException(
          "payload of " + payload.length + " bytes does not fit message " + nextMessage);
    }
    byte[] message = new byte[overhead + payload.length];
    int at = 0;
    if (nextMessage != 3) {
      byte[] e = ephemeralKey.publicKey();
      at = append(message, at, e);
      symmetric.mixHash(e);
    }
    if (nextMessage == 2) {
      mix(ephemeralKey, remoteEphemeral);
    }
    if (nextMessage != 1) {
      at = append(message, at, symmetric.encryptAndHash(staticKey.publicKey()));
      mix(staticKey, remoteEphemeral);
    }
    append(message, at, symmetric.encryptAndHash(payload));
    nextMessage++;
    return message;
  }

  /**
   * Reads the next message.
   *
   * @param message borrows; a whole Noise message without its length
   * @return the payload
   * @throws ProtocolViolation if it is too short or too long, a tag is wrong, or a key has low
   *     order
   */
  public byte[] readMessage(byte[] message) throws ProtocolViolation {
    if (failed || nextMessage > 3 || writer(nextMessage) == role) {
      throw new IllegalStateException("message " + nextMessage + " is not the remote's to write");
    }
    checkLength(nextMessage, message.length);
    int at = 0;
    if (nextMessage != 3) {
      remoteEphemeral = Arrays.copyOf(message, KEY_BYTES);
      at = KEY_BYTES;
      symmetric.mixHash(remoteEphemeral);
    }
    if (nextMessage == 2) {
      mix(ephemeralKey, remoteEphemeral);
    }
    if (nextMessage != 1) {
      remoteStatic = open(Arrays.copyOfRange(message, at, at + SEALED_KEY_BYTES), "static key");
      at += SEALED_KEY_BYTES;
      mix(ephemeralKey, remoteStatic);
    }
    byte[] payload = open(Arrays.copyOfRange(message, at, message.length), "payload");
    nextMessage++;
    return payload;
  }

  /**
   * What a message is long beside its payload, in bytes.
   *
   * @param message 1 to 3
   */
  public static int overhead(int message) {
    return switch (message) {
      case 1 -> KEY_BYTES;
      case 2 -> KEY_BYTES + SEALED_KEY_BYTES + Ciphers.TAG_BYTES;
      case 3 -> SEALED_KEY_BYTES + Ciphers.TAG_BYTES;
      default -> throw new IllegalArgumentException("message: " + message);
    };
  }

  private void checkLength(int message, int bytes) throws ProtocolViolation {
    int least = overhead(message);
    if (bytes < least) {
      throw fail(
          "handshake message "
              + message
              + " of "
              + bytes
              + " bytes, at least "
              + least
              + " needed");
    }
    // [spec noise/handshake-payload-empty] early data in message 1 would be neither secret nor
    // authentic
    int most = message == 1 ? least : MAX_MESSAGE_BYTES;
    if (bytes > most) {
      throw fail(
          "handshake message " + message + " of " + bytes + " bytes, at most " + most + " allowed");
    }
  }

  private byte[] open(byte[] sealed, String what) throws ProtocolViolation {
    byte[] plain = symmetric.decryptAndHash(sealed);
    if (plain == null) {
      throw fail(
          "handshake message "
              + nextMessage
              + " does not authenticate: the tag of its "
              + what
              + " is wrong");
    }
    return plain;
  }

  private void mix(DhKeyPair own, byte @Nullable [] remote) throws ProtocolViolation {
    if (remote == null) {
      throw new IllegalStateException("the remote's key is not known yet");
    }
    byte[] secret = own.agree(remote);
    int bits = 0;
    for (byte b : secret) {
      bits |= b;
    }
    // [spec noise/low-order-points] RFC 7748 section 6.1: a public key of low order gives an
    // all-zero secret, whatever our key
    // is
    if (bits == 0) {
      throw fail("handshake message " + nextMessage + ": the remote's public key has low order");
    }
    symmetric.mixKey(secret);
    Arrays.fill(secret, (byte) 0);
  }

  private ProtocolViolation fail(String detail) {
    failed = true;
    erase();
    return ProtocolViolation.onConnection(VIOLATION, detail);
  }

  /** Public key of this side's static pair: a fresh array. */
  public byte[] localStatic() {
    return staticKey.publicKey();
  }

  /**
   * The remote's static public key: a fresh array.
   *
   * @throws IllegalStateException before the message that carries it was read
   */
  public byte[] remoteStatic() {
    if (remoteStatic == null) {
      throw new IllegalStateException("the remote's static key has not arrived");
    }
    return remoteStatic.clone();
  }

  /**
   * The keys for the records. Only once; the ephemeral private key and the chaining key are erased.
   *
   * @throws IllegalStateException before the third message or the second time
   */
  public TransportKeys split() {
    if (!isComplete()) {
      throw new IllegalStateException("the handshake is not complete");
    }
    byte[] hash = symmetric.hash();
    byte[][] keys = symmetric.split();
    nextMessage = 5;
    erase();
    return role == Role.INITIATOR
        ? new TransportKeys(keys[0], keys[1], hash)
        : new TransportKeys(keys[1], keys[0], hash);
  }

  /**
   * Overwrites the ephemeral private key and the keys that came of it; the static one is the
   * caller's. Idempotent; the machine is of no further use.
   */
  public void erase() {
    ephemeralKey.erase();
    symmetric.erase();
  }

  private static int append(byte[] to, int at, byte[] from) {
    System.arraycopy(from, 0, to, at, from.length);
    return at + from.length;
  }
}
