package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

final class RsaPublicKey implements PublicKey {
  private static final byte[] RSA_ENCRYPTION = HexFormat.of().parseHex("2a864886f70d010101");
  private static final int NULL = 0x05;

  /**
   * Largest public exponent: 31 bits, as go-libp2p has it; a longer one only costs the verifier
   * time.
   */
  private static final int MAX_EXPONENT_BITS = 31;

  private final RSAPublicKey key;

  private RsaPublicKey(RSAPublicKey key) {
    this.key = key;
  }

  static RsaPublicKey of(BigInteger modulus, BigInteger exponent) throws WireFormatException {
    int bits = modulus.bitLength();
    if (bits < PrivateKey.MIN_RSA_BITS || bits > PrivateKey.MAX_RSA_BITS) {
      throw new WireFormatException(
          "RSA modulus of "
              + bits
              + " bits, allowed "
              + PrivateKey.MIN_RSA_BITS
              + " to "
              + PrivateKey.MAX_RSA_BITS);
    }
    if (!modulus.testBit(0)) {
      throw new WireFormatException("RSA modulus is even");
    }
    if (exponent.bitLength() > MAX_EXPONENT_BITS
        || exponent.intValue() < 3
        || !exponent.testBit(0)) {
      throw new WireFormatException(
          "RSA exponent " + exponent + ", allowed odd ones from 3 to 2^31-1");
    }
    try {
      return new RsaPublicKey(
          (RSAPublicKey)
              KeyFactory.getInstance("RSA")
                  .generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    } catch (GeneralSecurityException e) {
      throw new WireFormatException("RSA public key is refused: " + e.getMessage());
    }
  }

  // [spec peer-ids/rsa]
  static RsaPublicKey ofData(byte[] data) throws WireFormatException {
    var outer = new Der(data);
    Der info = outer.enter(Der.SEQUENCE);
    outer.expectEnd();
    Der algorithm = info.enter(Der.SEQUENCE);
    algorithm.enter(Der.OID).expect(RSA_ENCRYPTION);
    algorithm.enter(NULL).expectEnd();
    algorithm.expectEnd();
    Der bits = info.enterBitString();
    info.expectEnd();
    Der numbers = bits.enter(Der.SEQUENCE);
    bits.expectEnd();
    BigInteger modulus = numbers.unsigned(PrivateKey.MAX_RSA_BITS);
    BigInteger exponent = numbers.unsigned(MAX_EXPONENT_BITS + 1);
    numbers.expectEnd();
    return of(modulus, exponent);
  }

  @Override
  public KeyType type() {
    return KeyType.RSA;
  }

  @Override
  public byte[] data() {
    byte[] numbers =
        Der.value(
            Der.SEQUENCE, Der.unsigned(key.getModulus()), Der.unsigned(key.getPublicExponent()));
    return Der.value(
        Der.SEQUENCE,
        Der.value(Der.SEQUENCE, Der.value(Der.OID, RSA_ENCRYPTION), Der.value(NULL)),
        Der.value(Der.BIT_STRING, new byte[1], numbers));
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verifyRsa(key, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RsaPublicKey that
        && key.getModulus().equals(that.key.getModulus())
        && key.getPublicExponent().equals(that.key.getPublicExponent());
  }

  @Override
  public int hashCode() {
    return key.getModulus().hashCode();
  }

  @Override
  public String toString() {
    return "RSA public key with " + key.getModulus().bitLength() + " bits";
  }
}
