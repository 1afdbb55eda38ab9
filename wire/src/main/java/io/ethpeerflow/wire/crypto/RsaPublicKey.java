package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.math.BigInteger;
import java.util.Arrays;
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

  private final int modulusBits;
  private final byte[] data;

  private RsaPublicKey(BigInteger modulus, BigInteger exponent) {
    modulusBits = modulus.bitLength();
    byte[] numbers = Der.value(Der.SEQUENCE, Der.unsigned(modulus), Der.unsigned(exponent));
    data =
        Der.value(
            Der.SEQUENCE,
            Der.value(Der.SEQUENCE, Der.value(Der.OID, RSA_ENCRYPTION), Der.value(NULL)),
            Der.value(Der.BIT_STRING, new byte[1], numbers));
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
    return new RsaPublicKey(modulus, exponent);
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
    return data.clone();
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verify(SignatureAlgorithm.RSA, data, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RsaPublicKey that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "RSA public key with " + modulusBits + " bits";
  }
}
