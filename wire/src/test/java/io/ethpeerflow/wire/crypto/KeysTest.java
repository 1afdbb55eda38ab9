package io.ethpeerflow.wire.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.crypto.signature.EllipticCurve;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final SecureRandom RANDOM = TestRandom.seeded(1);

  @ParameterizedTest
  @EnumSource
  // [spec peer-ids/keys]
  void comesBackFromItsProtobufForm(KeyType type) throws Exception {
    PrivateKey key = PrivateKey.generate(type, RANDOM);

    PrivateKey again = PrivateKey.decode(key.toBytes());
    assertThat(again).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(again.toBytes()).isEqualTo(key.toBytes());
    assertThat(again.publicKey()).isEqualTo(key.publicKey());
    PublicKey publicKey = PublicKey.decode(key.publicKey().toBytes());
    assertThat(publicKey).isEqualTo(key.publicKey()).hasSameHashCodeAs(key.publicKey());
    assertThat(publicKey.type()).isEqualTo(type);
    assertThat(PeerId.of(publicKey)).isEqualTo(PeerId.of(key.publicKey()));
    assertThat(key).isNotEqualTo(PrivateKey.generate(type, RANDOM));
  }

  @ParameterizedTest
  @EnumSource
  void signsDeterministicallyWhatItsPublicKeyVerifies(KeyType type) {
    PrivateKey key = PrivateKey.generate(type, RANDOM);
    PublicKey other = PrivateKey.generate(type, RANDOM).publicKey();
    Seeds.check(
        10,
        random -> {
          byte[] message = random.edgyBytes(0, 300);
          byte[] signature = key.sign(message);
          assertThat(key.sign(message)).isEqualTo(signature);
          assertThat(key.publicKey().verify(message, signature)).isTrue();
          assertThat(other.verify(message, signature)).isFalse();
          byte[] damaged = signature.clone();
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
          assertThat(key.publicKey().verify(message, damaged)).isFalse();
          assertThat(key.publicKey().verify(Arrays.copyOf(message, message.length + 1), signature))
              .isFalse();
        });
  }

  @ParameterizedTest
  @EnumSource
  void takesAMalformedSignatureForAnInvalidOne(KeyType type) {
    PrivateKey key = PrivateKey.generate(type, RANDOM);
    byte[] message = {1};
    byte[] signature = key.sign(message);

    assertThat(key.publicKey().verify(message, new byte[0])).isFalse();
    assertThat(key.publicKey().verify(message, new byte[64])).isFalse();
    assertThat(key.publicKey().verify(message, new byte[5000])).isFalse();
    assertThat(key.publicKey().verify(message, Arrays.copyOf(signature, signature.length + 1)))
        .isFalse();
    assertThat(key.publicKey().verify(message, Arrays.copyOf(signature, signature.length - 1)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void showsNoSecret(KeyType type) {
    PrivateKey key = PrivateKey.generate(type, RANDOM);

    assertThat(key.toString()).doesNotContainPattern("[0-9a-f]{8}").endsWith("private key");
  }

  @ParameterizedTest
  @EnumSource(names = {"ECDSA", "RSA"})
  void isThePkixKeyOfThePlatform(KeyType type) throws Exception {
    PrivateKey key = PrivateKey.generate(type, RANDOM);
    String algorithm = type == KeyType.RSA ? "RSA" : "EC";
    Signature verifier =
        Signature.getInstance(type == KeyType.RSA ? "SHA256withRSA" : "SHA256withECDSA");
    java.security.PublicKey platformKey =
        KeyFactory.getInstance(algorithm)
            .generatePublic(new X509EncodedKeySpec(key.publicKey().data()));

    verifier.initVerify(platformKey);
    verifier.update(new byte[] {1, 2, 3});
    assertThat(verifier.verify(key.sign(new byte[] {1, 2, 3}))).isTrue();
    assertThat(platformKey.getEncoded()).isEqualTo(key.publicKey().data());
  }

  @Test
  // [spec peer-ids/ecdsa]
  void readsEcdsaKeysInPkcs8AsThePlatformWritesThem() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();

    PrivateKey key = PrivateKey.ofData(KeyType.ECDSA, pair.getPrivate().getEncoded());
    assertThat(key.publicKey().data()).isEqualTo(pair.getPublic().getEncoded());
    assertThat(PrivateKey.decode(key.toBytes())).isEqualTo(key);
  }

  // RFC 8032, section 7.1, test 3
  @Test
  void signsWithEd25519AsRfc8032Does() throws Exception {
    PrivateKey key =
        PrivateKey.ofData(
            KeyType.ED25519,
            HEX.parseHex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));

    assertThat(HEX.formatHex(key.publicKey().data()))
        .isEqualTo("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    assertThat(HEX.formatHex(key.sign(HEX.parseHex("af82"))))
        .isEqualTo(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  }

  // RFC 6979, appendix A.2.5, SHA-256, message "sample"
  @Test
  void signsWithP256AsRfc6979Does() throws Exception {
    byte[] secret =
        HEX.parseHex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    byte[] sec1 =
        Der.value(Der.SEQUENCE, Der.unsigned(BigInteger.ONE), Der.value(Der.OCTET_STRING, secret));
    PrivateKey key = PrivateKey.ofData(KeyType.ECDSA, sec1);

    assertThat(HEX.formatHex(key.sign("sample".getBytes(US_ASCII))))
        .isEqualTo(
            "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  }

  @Test
  void signsWithTheLowHalfOfSecp256k1AndVerifiesBoth() throws Exception {
    PrivateKey key = PrivateKey.generate(KeyType.SECP256K1, RANDOM);
    BigInteger order = EllipticCurve.SECP256K1.order();
    for (int i = 0; i < 20; i++) {
      byte[] message = {(byte) i};
      Der rs = new Der(key.sign(message)).enter(Der.SEQUENCE);
      BigInteger r = rs.unsigned(256);
      BigInteger s = rs.unsigned(256);
      assertThat(s).isLessThanOrEqualTo(order.shiftRight(1));
      byte[] high = Der.value(Der.SEQUENCE, Der.unsigned(r), Der.unsigned(order.subtract(s)));
      assertThat(key.publicKey().verify(message, high)).isTrue();
    }
  }

  @Test
  // [spec peer-ids/ed25519]
  void readsTheOldFormOfEd25519() throws Exception {
    PrivateKey key = PrivateKey.generate(KeyType.ED25519, RANDOM);
    byte[] old = Arrays.copyOf(key.data(), 96);
    System.arraycopy(key.publicKey().data(), 0, old, 64, 32);

    assertThat(PrivateKey.ofData(KeyType.ED25519, old)).isEqualTo(key);
    assertThat(PrivateKey.ofData(KeyType.ED25519, old).data()).hasSize(64);
    old[95] ^= 1;
    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.ED25519, old))
        .hasMessageContaining("not its own");
  }

  @Test
  void refusesAPrivateKeyWithAForeignPublicKey() {
    PrivateKey ed25519 = PrivateKey.generate(KeyType.ED25519, RANDOM);
    byte[] data = ed25519.data();
    data[63] ^= 1;
    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.ED25519, data))
        .hasMessageContaining("not its own");

    byte[] sec1 = PrivateKey.generate(KeyType.ECDSA, RANDOM).data();
    sec1[sec1.length - 1] ^= 1;
    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.ECDSA, sec1))
        .hasMessageContaining("not its own");

    byte[] pkcs1 = PrivateKey.generate(KeyType.RSA, RANDOM).data();
    pkcs1[pkcs1.length - 1] ^= 1;
    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.RSA, pkcs1))
        .hasMessageContaining("belong together");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // empty, type only, data only, unknown type, wrong wire type
        "",
        "0801",
        "1220" + "00000000000000000000000000000000" + "00000000000000000000000000000000",
        "08041200",
        "0a011200",
        // Ed25519 of 31 bytes, secp256k1 off the curve, at infinity and uncompressed
        "0801121f00000000000000000000000000000000000000000000000000000000000000",
        "08021221020000000000000000000000000000000000000000000000000000000000000005",
        "0802120100",
        "08021221040000000000000000000000000000000000000000000000000000000000000005",
        // ECDSA on P-384, compressed, and off the curve
        "0803121030763010",
        "0803123b3039301306072a8648ce3d020106082a8648ce3d030107032200030000000000000000000000000000000000000000000000000000000000000005",
        "0803125b3059301306072a8648ce3d020106082a8648ce3d0301070342000400000000000000000000000000000000000000000000000000000000000000050000000000000000000000000000000000000000000000000000000000000005",
        // RSA with trailing bytes and without parameters
        "0800120430020000",
        "08001202300080"
      })
  void refusesWhatIsNoPublicKey(String hex) {
    assertThatThrownBy(() -> PublicKey.decode(HEX.parseHex(hex)))
        .isInstanceOf(WireFormatException.class);
  }

  @Test
  void refusesSecretsOutsideTheOrderOfTheCurve() {
    byte[] order = EllipticCurve.SECP256K1.order().toByteArray();

    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.SECP256K1, new byte[32]))
        .hasMessageContaining("zero or not below");
    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.SECP256K1, Arrays.copyOfRange(order, 1, 33)))
        .hasMessageContaining("zero or not below");
    assertThatThrownBy(() -> PrivateKey.ofData(KeyType.SECP256K1, new byte[31]))
        .hasMessageContaining("31 bytes");
  }

  @Test
  void boundsRsaModulusAndExponent() throws Exception {
    BigInteger e = BigInteger.valueOf(65537);
    BigInteger smallest = BigInteger.ONE.shiftLeft(2047).setBit(0);
    BigInteger largest = BigInteger.ONE.shiftLeft(8191).setBit(0);

    PublicKey large =
        PublicKey.decode(KeyMessage.encode(KeyType.RSA, RsaPublicKey.of(largest, e).data()));
    assertThat(large.data().length).isLessThanOrEqualTo(PublicKey.MAX_DATA_BYTES);
    assertThat(RsaPublicKey.of(smallest, e).toString()).contains("2048");
    assertThatThrownBy(() -> RsaPublicKey.of(smallest.shiftRight(1).setBit(0), e))
        .hasMessageContaining("2047 bits");
    assertThatThrownBy(() -> RsaPublicKey.of(largest.shiftLeft(1).setBit(0), e))
        .hasMessageContaining("8193 bits");
    assertThatThrownBy(() -> RsaPublicKey.of(smallest.clearBit(0).setBit(1), e))
        .hasMessageContaining("even");
    for (long bad : new long[] {0, 1, 2, 4, 1L << 31 | 1}) {
      assertThatThrownBy(() -> RsaPublicKey.of(smallest, BigInteger.valueOf(bad)))
          .hasMessageContaining("exponent");
    }
    assertThatThrownBy(() -> PrivateKey.generateRsa(1024, RANDOM))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PrivateKey.generateRsa(8193, RANDOM))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsTheMessage() {
    byte[] longData =
        ProtoWriter.bytesOf(
            out -> out.varint(1, 1).bytes(2, new byte[PublicKey.MAX_DATA_BYTES + 1]));

    assertThatThrownBy(() -> PublicKey.decode(longData))
        .hasMessageContaining("exceeds the 1100 allowed");
    assertThatThrownBy(() -> PublicKey.decode(new byte[PublicKey.MAX_BYTES + 1]))
        .hasMessageContaining("2049");
    assertThatThrownBy(() -> PrivateKey.decode(new byte[PrivateKey.MAX_BYTES + 1]))
        .hasMessageContaining("6001");
  }

  @Test
  void ignoresUnknownFieldsAndTakesTheLastOfRepeatedOnes() throws Exception {
    PublicKey key = PrivateKey.generate(KeyType.ED25519, RANDOM).publicKey();
    byte[] message =
        ProtoWriter.bytesOf(
            out ->
                out.varint(1, 0)
                    .bytes(2, new byte[3])
                    .string(9, "x")
                    .bytes(2, key.data())
                    .varint(1, 1));

    assertThat(PublicKey.decode(message)).isEqualTo(key);
  }
}
