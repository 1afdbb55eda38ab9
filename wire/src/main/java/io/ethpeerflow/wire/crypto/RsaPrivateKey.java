package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import org.jspecify.annotations.Nullable;

final class RsaPrivateKey implements PrivateKey {
  private final RSAPrivateCrtKey key;
  private final RsaPublicKey publicKey;
  private final KeySigner signer;

  private RsaPrivateKey(RSAPrivateCrtKey key) throws WireFormatException {
    this.key = key;
    RsaPublicKey own = RsaPublicKey.of(key.getModulus(), key.getPublicExponent());
    this.publicKey = own;
    this.signer =
        new KeySigner(
            () -> Signatures.signer(SignatureAlgorithm.RSA, key.getEncoded(), own.data()));
  }

  static RsaPrivateKey generate(int bits, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits, random);
      return new RsaPrivateKey((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
    } catch (GeneralSecurityException | WireFormatException e) {
      throw new IllegalStateException(
          "the platform cannot make an RSA key of " + bits + " bits", e);
    }
  }

  static RsaPrivateKey ofData(byte[] data) throws WireFormatException {
    var outer = new Der(data);
    Der numbers = outer.enter(Der.SEQUENCE);
    outer.expectEnd();
    if (numbers.unsigned(8).signum() != 0) {
      throw new WireFormatException("RSA private key with more than two primes");
    }
    BigInteger n = numbers.unsigned(MAX_RSA_BITS);
    BigInteger e = numbers.unsigned(32);
    BigInteger d = numbers.unsigned(MAX_RSA_BITS);
    BigInteger p = numbers.unsigned(MAX_RSA_BITS);
    BigInteger q = numbers.unsigned(MAX_RSA_BITS);
    BigInteger dp = numbers.unsigned(MAX_RSA_BITS);
    BigInteger dq = numbers.unsigned(MAX_RSA_BITS);
    BigInteger qInverse = numbers.unsigned(MAX_RSA_BITS);
    numbers.expectEnd();
    RsaPublicKey.of(n, e);
    if (!consistent(n, e, d, p, q, dp, dq, qInverse)) {
      throw new WireFormatException("RSA private key whose numbers do not belong together");
    }
    try {
      var spec = new RSAPrivateCrtKeySpec(n, e, d, p, q, dp, dq, qInverse);
      return new RsaPrivateKey(
          (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
    } catch (GeneralSecurityException failure) {
      throw new WireFormatException("RSA private key is refused by the platform");
    }
  }

  private static boolean consistent(
      BigInteger n,
      BigInteger e,
      BigInteger d,
      BigInteger p,
      BigInteger q,
      BigInteger dp,
      BigInteger dq,
      BigInteger qInverse) {
    if (p.compareTo(BigInteger.ONE) <= 0
        || q.compareTo(BigInteger.ONE) <= 0
        || !p.multiply(q).equals(n)) {
      return false;
    }
    BigInteger p1 = p.subtract(BigInteger.ONE);
    BigInteger q1 = q.subtract(BigInteger.ONE);
    return e.multiply(dp).mod(p1).equals(BigInteger.ONE.mod(p1))
        && e.multiply(dq).mod(q1).equals(BigInteger.ONE.mod(q1))
        && d.mod(p1).equals(dp)
        && d.mod(q1).equals(dq)
        && qInverse.compareTo(p) < 0
        && qInverse.multiply(q).mod(p).equals(BigInteger.ONE);
  }

  @Override
  public KeyType type() {
    return KeyType.RSA;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    return signer.sign(message);
  }

  @Override
  public byte[] data() {
    return Der.value(
        Der.SEQUENCE,
        Der.unsigned(BigInteger.ZERO),
        Der.unsigned(key.getModulus()),
        Der.unsigned(key.getPublicExponent()),
        Der.unsigned(key.getPrivateExponent()),
        Der.unsigned(key.getPrimeP()),
        Der.unsigned(key.getPrimeQ()),
        Der.unsigned(key.getPrimeExponentP()),
        Der.unsigned(key.getPrimeExponentQ()),
        Der.unsigned(key.getCrtCoefficient()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RsaPrivateKey that
        && publicKey.equals(that.publicKey)
        && MessageDigest.isEqual(
            key.getPrivateExponent().toByteArray(), that.key.getPrivateExponent().toByteArray());
  }

  @Override
  public int hashCode() {
    return publicKey.hashCode();
  }

  @Override
  public String toString() {
    return "RSA private key";
  }
}
