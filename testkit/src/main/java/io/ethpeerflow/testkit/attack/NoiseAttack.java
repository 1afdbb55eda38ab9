package io.ethpeerflow.testkit.attack;

import java.security.KeyPair;
import org.jspecify.annotations.Nullable;

/**
 * The initiator of a Noise XX handshake, message by message: what is sent is a byte array that the
 * caller may cut, change or replace before it writes it.
 */
public final class NoiseAttack {
  private static final int SEALED_KEY_BYTES = Curve25519.KEY_BYTES + NoiseCipher.TAG_BYTES;

  private final Wire wire;
  private final NoiseState state = new NoiseState();
  private final KeyPair ephemeral = Curve25519.generate();
  private final KeyPair fixed = Curve25519.generate();
  private byte @Nullable [] remoteEphemeral;

  /** A handshake on a wire on which {@code /noise} was agreed. */
  public NoiseAttack(Wire wire) {
    this.wire = wire;
  }

  /** This side's static public key, which an identity vouches for. */
  public byte[] staticKey() {
    return Curve25519.publicKey(fixed);
  }

  /** With its length in front, as handshake messages and records are sent. */
  public static byte[] framed(byte[] message) {
    return Bytes.join(Bytes.of(message.length >> 8, message.length), message);
  }

  /** Message 1, framed. */
  public byte[] message1() {
    byte[] key = Curve25519.publicKey(ephemeral);
    state.mixHash(key);
    state.mixHash(new byte[0]);
    return framed(key);
  }

  /** Reads message 2 and gives its payload. */
  public byte[] readMessage2() {
    byte[] length = wire.read(2);
    byte[] message = wire.read((length[0] & 0xff) << 8 | length[1] & 0xff);
    byte[] remoteKey = Bytes.first(message, Curve25519.KEY_BYTES);
    remoteEphemeral = remoteKey;
    state.mixHash(remoteKey);
    state.mixKey(Curve25519.agree(ephemeral, remoteKey));
    byte[] rest = Bytes.from(message, Curve25519.KEY_BYTES);
    byte[] remoteStatic = state.open(Bytes.first(rest, SEALED_KEY_BYTES));
    state.mixKey(Curve25519.agree(ephemeral, remoteStatic));
    return state.open(Bytes.from(rest, SEALED_KEY_BYTES));
  }

  /** Message 3 with any payload, framed. After {@link #readMessage2()}. */
  public byte[] message3(byte[] payload) {
    byte[] remoteKey = remoteEphemeral;
    if (remoteKey == null) {
      throw new IllegalStateException("message 2 was not read");
    }
    byte[] sealedKey = state.seal(staticKey());
    state.mixKey(Curve25519.agree(fixed, remoteKey));
    return framed(Bytes.join(sealedKey, state.seal(payload)));
  }

  /** The secured wire. After {@link #message3} was made, whether or not it was sent. */
  public NoiseWire secured() {
    NoiseCipher[] ciphers = state.split();
    return new NoiseWire(wire, ciphers[0], ciphers[1]);
  }
}
