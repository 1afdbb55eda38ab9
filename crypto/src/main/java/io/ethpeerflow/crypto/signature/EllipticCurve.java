package io.ethpeerflow.crypto.signature;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * The curves of ECDSA: points in and out, and what a secret may be. Computed by Bouncy Castle, once
 * for a key.
 */
@SuppressWarnings("ImmutableEnumChecker") // the parameters never change
public enum EllipticCurve {
  /** NIST's P-256, secp256r1. Signatures have s as it comes. */
  P256("secp256r1", false),
  /** Bitcoin's curve. Signatures have the lower of the two s; both verify. */
  SECP256K1("secp256k1", true);

  /** Length of an uncompressed point, in bytes. */
  public static final int POINT_BYTES = 65;

  /** Length of a secret, in bytes. */
  public static final int SECRET_BYTES = 32;

  private final ECDomainParameters domain;
  private final boolean lowS;

  EllipticCurve(String name, boolean lowS) {
    X9ECParameters parameters = CustomNamedCurves.getByName(name);
    this.domain = new ECDomainParameters(parameters);
    this.lowS = lowS;
  }

  /** The curve of an algorithm, which must be one of ECDSA. */
  static EllipticCurve of(SignatureAlgorithm algorithm) {
    return switch (algorithm) {
      case P256 -> P256;
      case SECP256K1 -> SECP256K1;
      case ED25519, RSA -> throw new IllegalArgumentException(algorithm + " is not of ECDSA");
    };
  }

  /** How many points there are: secrets, r and s are below it. */
  public BigInteger order() {
    return domain.getN();
  }

  /**
   * A point without compression.
   *
   * @param sec1 compressed or not
   * @return {@link #POINT_BYTES}; a fresh array
   * @throws IllegalArgumentException if it is no point of the curve, or the one at infinity
   */
  public byte[] point(byte[] sec1) {
    return decode(sec1).getEncoded(false);
  }

  /**
   * The compressed form.
   *
   * @param point as {@link #point} gives it
   * @return 33 bytes; a fresh array
   */
  public static byte[] compressed(byte[] point) {
    byte[] compressed = Arrays.copyOf(point, 33);
    compressed[0] = (byte) (2 + (point[POINT_BYTES - 1] & 1));
    return compressed;
  }

  /** Whether {@link #SECRET_BYTES} are a number from 1 to the order less 1. */
  public boolean isSecret(byte[] secret) {
    var number = new BigInteger(1, secret);
    return secret.length == SECRET_BYTES && number.signum() > 0 && number.compareTo(order()) < 0;
  }

  /**
   * The public key of a secret.
   *
   * @param secret one for which {@link #isSecret} holds
   * @return {@link #POINT_BYTES}; a fresh array
   */
  public byte[] publicKey(byte[] secret) {
    if (!isSecret(secret)) {
      throw new IllegalArgumentException("no secret of " + this);
    }
    return new FixedPointCombMultiplier()
        .multiply(domain.getG(), BigIntegers.fromUnsignedByteArray(secret))
        .normalize()
        .getEncoded(false);
  }

  ECPoint decode(byte[] sec1) {
    ECPoint point = domain.getCurve().decodePoint(sec1);
    if (point.isInfinity()) {
      throw new IllegalArgumentException("the point at infinity");
    }
    return point;
  }

  ECDomainParameters domain() {
    return domain;
  }

  /** The s that is sent: of the two that verify, the lower one where the curve has that rule. */
  BigInteger normalized(BigInteger s) {
    return lowS && s.compareTo(order().shiftRight(1)) > 0 ? order().subtract(s) : s;
  }
}
