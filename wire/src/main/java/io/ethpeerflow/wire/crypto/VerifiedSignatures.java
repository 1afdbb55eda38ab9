package io.ethpeerflow.wire.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures, and checks the same one only once: for credentials, which a peer presents
 * unchanged at each of its connections. What is remembered is a digest of key, message and
 * signature together, and only of valid ones; so an answer is the one that {@link PublicKey#verify}
 * gives, and no secret is kept.
 *
 * <p>A fixed number of places, each digest having one of them: what comes later displaces what was
 * there. That costs the one who displaces it a valid signature, and the one displaced no more than
 * a check. Hence no order of use to maintain, no lock, and some 70 bytes for each place in use.
 * Thread-safe.
 */
public final class VerifiedSignatures {
  /** Places of an instance that is not told otherwise. */
  public static final int DEFAULT_PLACES = 1024;

  /** What a signature is checked with. */
  @FunctionalInterface
  interface Check {
    boolean verify(PublicKey key, byte[] message, byte[] signature);
  }

  private final AtomicReferenceArray<byte @Nullable []> places;
  private final Check check;

  /** An instance with {@link #DEFAULT_PLACES}. */
  public VerifiedSignatures() {
    this(DEFAULT_PLACES);
  }

  /**
   * An instance that remembers nothing yet.
   *
   * @param places how many signatures are remembered at most, 1 to 2<sup>20</sup>
   */
  public VerifiedSignatures(int places) {
    this(places, PublicKey::verify);
  }

  VerifiedSignatures(int places, Check check) {
    if (places < 1 || places > 1 << 20) {
      throw new IllegalArgumentException("places: " + places + ", allowed are 1 to " + (1 << 20));
    }
    this.places = new AtomicReferenceArray<>(places);
    this.check = check;
  }

  /**
   * Whether {@code signature} is the key's signature of {@code message}, as {@link
   * PublicKey#verify} says.
   *
   * @param message any length
   */
  public boolean verify(PublicKey key, byte[] message, byte[] signature) {
    byte[] digest = digest(key, message, signature);
    int place = Math.floorMod(Arrays.hashCode(digest), places.length());
    if (Arrays.equals(places.get(place), digest)) {
      return true;
    }
    if (!check.verify(key, message, signature)) {
      return false;
    }
    places.set(place, digest);
    return true;
  }

  private static byte[] digest(PublicKey key, byte[] message, byte[] signature) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      add(sha256, key.type().name().getBytes(StandardCharsets.US_ASCII));
      add(sha256, key.data());
      add(sha256, message);
      return sha256.digest(signature);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With its length in front, so that no byte can move from one part to the next. */
  private static void add(MessageDigest digest, byte[] part) {
    int length = part.length;
    digest.update((byte) (length >>> 24));
    digest.update((byte) (length >>> 16));
    digest.update((byte) (length >>> 8));
    digest.update((byte) length);
    digest.update(part);
  }
}
