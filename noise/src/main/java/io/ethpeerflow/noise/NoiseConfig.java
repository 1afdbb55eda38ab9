package io.ethpeerflow.noise;

import io.ethpeerflow.crypto.aead.AeadProvider;
import org.jspecify.annotations.Nullable;

/**
 * The limits of Noise connections. Immutable.
 *
 * @param maxHandshakePayloadBytes longest payload that the remote may send in a handshake message,
 *     512 to 65,439, default 16,384: bounds what an unauthenticated peer can make this side hold;
 *     an identity with the largest RSA key takes some 2,200 bytes
 * @param maxMuxers longest list of muxers that is looked at, 0 to 1,000, default 100: a longer one
 *     counts as none
 * @param maxRecordBytes plaintext in one record that this side sends, 1,024 to 65,519, default
 *     65,518: with its length and its tag such a record takes exactly 64 KiB, which wastes nothing
 *     of a pooled buffer
 * @param aead what seals and opens handshakes and records, or null for the best that is there
 */
public record NoiseConfig(
    int maxHandshakePayloadBytes, int maxMuxers, int maxRecordBytes, @Nullable AeadProvider aead) {
  /** The plaintext that a record can hold at most: 65,535 bytes less the tag. */
  public static final int MAX_RECORD_BYTES = 65519;

  /** The defaults. */
  public static final NoiseConfig DEFAULT = new NoiseConfig(16 << 10, 100, 65518, null);

  /** Checks the ranges. */
  public NoiseConfig {
    check("maxHandshakePayloadBytes", maxHandshakePayloadBytes, 512, 65439);
    check("maxMuxers", maxMuxers, 0, 1000);
    check("maxRecordBytes", maxRecordBytes, 1024, MAX_RECORD_BYTES);
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": " + value + " is not from " + least + " to " + most);
    }
  }

  /** With another bound of handshake payloads. */
  public NoiseConfig withMaxHandshakePayloadBytes(int bytes) {
    return new NoiseConfig(bytes, maxMuxers, maxRecordBytes, aead);
  }

  /** With another bound of muxer lists. */
  public NoiseConfig withMaxMuxers(int muxers) {
    return new NoiseConfig(maxHandshakePayloadBytes, muxers, maxRecordBytes, aead);
  }

  /** With another size of records. */
  public NoiseConfig withMaxRecordBytes(int bytes) {
    return new NoiseConfig(maxHandshakePayloadBytes, maxMuxers, bytes, aead);
  }

  /** With a given AEAD. */
  public NoiseConfig withAead(AeadProvider provider) {
    return new NoiseConfig(maxHandshakePayloadBytes, maxMuxers, maxRecordBytes, provider);
  }
}
