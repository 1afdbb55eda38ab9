package io.ethpeerflow.crypto.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.crypto.choice.Choice;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
  private static final KeyPair RSA = rsa();

  private record Keys(byte[] privateKey, byte[] publicKey) {}

  private static KeyPair rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Keys keys(SignatureAlgorithm algorithm, SeededRandom random) {
    byte[] secret = random.bytes(32);
    return switch (algorithm) {
      case ED25519 -> new Keys(secret, Signatures.ed25519PublicKey(secret));
      case P256, SECP256K1 -> {
        secret[0] &= 0x7f;
        yield new Keys(secret, EllipticCurve.of(algorithm).publicKey(secret));
      }
      case RSA -> new Keys(RSA.getPrivate().getEncoded(), RSA.getPublic().getEncoded());
    };
  }

  private static List<SignatureProvider> verifying(SignatureAlgorithm algorithm) {
    return Signatures.available(algorithm, SignatureOperation.VERIFY);
  }

  @AfterEach
  void forgetTheWish() {
    System.clearProperty(Signatures.PROPERTY);
  }

  @ParameterizedTest
  @EnumSource
  void everyProviderSignsAlikeAndVerifiesWhatOthersSign(SignatureAlgorithm algorithm) {
    Seeds.check(
        algorithm == SignatureAlgorithm.RSA ? 5 : 20,
        random -> {
          Keys keys = keys(algorithm, random);
          byte[] message = random.edgyBytes(0, 3000);
          byte[] other = Arrays.copyOf(message, message.length + 1);
          byte[] signature =
              Signatures.signer(algorithm, keys.privateKey(), keys.publicKey()).sign(message);
          for (SignatureProvider provider :
              Signatures.available(algorithm, SignatureOperation.SIGN)) {
            Signer signer = provider.signer(algorithm, keys.privateKey(), keys.publicKey());
            assertThat(signer.sign(message)).as(provider.name()).isEqualTo(signature);
            assertThat(signer.sign(message)).as(provider.name()).isEqualTo(signature);
          }
          byte[] damaged = signature.clone();
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
          for (SignatureProvider provider : verifying(algorithm)) {
            assertThat(verifies(provider, algorithm, keys, message, signature))
                .as(provider.name())
                .isTrue();
            assertThat(verifies(provider, algorithm, keys, other, signature))
                .as(provider.name())
                .isFalse();
            assertThat(verifies(provider, algorithm, keys, message, damaged))
                .as(provider.name())
                .isFalse();
          }
        });
  }

  private static boolean verifies(
      SignatureProvider provider,
      SignatureAlgorithm algorithm,
      Keys keys,
      byte[] message,
      byte[] signature) {
    return Signatures.verify(provider, algorithm, keys.publicKey(), message, signature);
  }

  @ParameterizedTest
  @EnumSource
  void keysThatAreNoneVerifyNothing(SignatureAlgorithm algorithm) {
    Seeds.check(
        20,
        random -> {
          Keys keys = keys(algorithm, random);
          byte[] message = {1};
          byte[] signature =
              Signatures.signer(algorithm, keys.privateKey(), keys.publicKey()).sign(message);
          byte[] offTheCurve = keys.publicKey().clone();
          offTheCurve[offTheCurve.length - 1] ^= 1;
          byte[] cut = Arrays.copyOf(keys.publicKey(), random.nextInt(keys.publicKey().length));
          for (SignatureProvider provider : verifying(algorithm)) {
            for (byte[] wrong : List.of(offTheCurve, cut, new byte[0])) {
              assertThat(Signatures.verify(provider, algorithm, wrong, message, signature))
                  .as(provider.name())
                  .isFalse();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void signersShowNothingOfTheirKeys(SignatureAlgorithm algorithm) {
    Seeds.check(
        1,
        random -> {
          Keys keys = keys(algorithm, random);
          for (SignatureProvider provider :
              Signatures.available(algorithm, SignatureOperation.SIGN)) {
            assertThat(provider.signer(algorithm, keys.privateKey(), keys.publicKey()).toString())
                .doesNotContain(HexFormat.of().formatHex(keys.privateKey()).substring(4, 20));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        // y = 1 and y = 3, not reduced
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      })
  void refusesEd25519KeysOfLowOrderOrNotReducedWhoeverComputes(String key) {
    byte[] signature = new byte[64];
    signature[0] = 1;
    for (SignatureProvider provider : verifying(SignatureAlgorithm.ED25519)) {
      // R = identity and S = 0, which for a key of order 1 is right for every message
      assertThat(
              Signatures.verify(
                  provider,
                  SignatureAlgorithm.ED25519,
                  HexFormat.of().parseHex(key),
                  new byte[] {7},
                  signature))
          .as(provider.name())
          .isFalse();
    }
  }

  @Test
  void refusesEd25519WithTheOrderAddedToS() {
    BigInteger order =
        BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
    Seeds.check(
        5,
        random -> {
          Keys keys = keys(SignatureAlgorithm.ED25519, random);
          byte[] message = random.bytes(5);
          byte[] signature =
              Signatures.signer(SignatureAlgorithm.ED25519, keys.privateKey(), keys.publicKey())
                  .sign(message);
          BigInteger s = EdwardsCurve.number(Arrays.copyOfRange(signature, 32, 64)).add(order);
          System.arraycopy(EdwardsCurve.bytes(s), 0, signature, 32, 32);
          for (SignatureProvider provider : verifying(SignatureAlgorithm.ED25519)) {
            assertThat(verifies(provider, SignatureAlgorithm.ED25519, keys, message, signature))
                .as(provider.name())
                .isFalse();
          }
        });
  }

  @Test
  void agreesOnEd25519SignaturesThatOnlyTheCofactorWouldSave() {
    int right = 0;
    for (int i = 0; i < 40; i++) {
      byte[] message = {(byte) i};
      var made = EdwardsCurve.signatureUnderAKeyWithTorsion(message);
      right += made.isRightWithoutCofactor() ? 1 : 0;
      for (SignatureProvider provider : verifying(SignatureAlgorithm.ED25519)) {
        assertThat(
                Signatures.verify(
                    provider, SignatureAlgorithm.ED25519, made.key(), message, made.signature()))
            .as(provider.name())
            .isEqualTo(made.isRightWithoutCofactor());
      }
    }
    assertThat(right).isBetween(1, 20);
  }

  @ParameterizedTest
  @EnumSource(names = {"P256", "SECP256K1"})
  void takesBothValuesOfSAndSignsWithTheLowOneOnSecp256k1(SignatureAlgorithm algorithm) {
    BigInteger order = EllipticCurve.of(algorithm).order();
    Seeds.check(
        10,
        random -> {
          Keys keys = keys(algorithm, random);
          byte[] message = random.bytes(9);
          byte[] signature =
              Signatures.signer(algorithm, keys.privateKey(), keys.publicKey()).sign(message);
          EcdsaSignature rs = EcdsaSignature.parse(signature, order);
          assertThat(rs).isNotNull();
          if (algorithm == SignatureAlgorithm.SECP256K1) {
            assertThat(rs.s()).isLessThanOrEqualTo(order.shiftRight(1));
          }
          byte[] other = new EcdsaSignature(rs.r(), order.subtract(rs.s())).der();
          for (SignatureProvider provider : verifying(algorithm)) {
            assertThat(verifies(provider, algorithm, keys, message, other))
                .as(provider.name())
                .isTrue();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"P256", "SECP256K1"})
  void takesOneEncodingOfAnEcdsaSignature(SignatureAlgorithm algorithm) {
    BigInteger order = EllipticCurve.of(algorithm).order();
    HexFormat hex = HexFormat.of();
    assertThat(EcdsaSignature.parse(hex.parseHex("3006020101020102"), order))
        .isEqualTo(new EcdsaSignature(BigInteger.ONE, BigInteger.TWO));
    for (String wrong :
        List.of(
            "",
            "3006",
            "300602010102",
            "3006020100020102",
            "3006020101020100",
            "3006020181020102",
            "300702020001020102",
            "300602010102010200",
            "3007020101020200",
            "308106020101020102",
            "3080020101020102" + "0000",
            "3106020101020102",
            "3006030101020102",
            "3006020101030102",
            "3006027f01020102",
            "300602ff01020102",
            "30060201010201",
            "3026022100" + order.toString(16) + "020101",
            "3026020101" + "022100" + order.toString(16))) {
      assertThat(EcdsaSignature.parse(hex.parseHex(wrong), order)).as(wrong).isNull();
    }
    Seeds.check(
        200,
        random -> {
          var made =
              new EcdsaSignature(
                  new BigInteger(1, random.bytes(1 + random.nextInt(31))).setBit(0),
                  new BigInteger(1, random.bytes(1 + random.nextInt(31))).setBit(0));
          assertThat(EcdsaSignature.parse(made.der(), order)).isEqualTo(made);
        });
  }

  @Test
  void refusesARsaDigestInfoWithoutParametersAndOtherLengths() throws Exception {
    byte[] message = {1, 2, 3};
    var signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(RSA.getPrivate());
    signer.update(message);
    byte[] signature = signer.sign();
    var cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, RSA.getPrivate());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(message);
    HexFormat hex = HexFormat.of();
    byte[] withoutNull =
        cipher.doFinal(
            hex.parseHex("302f300b0609608648016503040201" + "0420" + hex.formatHex(digest)));
    for (SignatureProvider provider : verifying(SignatureAlgorithm.RSA)) {
      byte[] key = RSA.getPublic().getEncoded();
      assertThat(Signatures.verify(provider, SignatureAlgorithm.RSA, key, message, signature))
          .as(provider.name())
          .isTrue();
      for (byte[] wrong :
          List.of(
              withoutNull,
              Arrays.copyOf(signature, 255),
              Arrays.copyOf(signature, 257),
              new byte[0],
              new byte[256])) {
        assertThat(Signatures.verify(provider, SignatureAlgorithm.RSA, key, message, wrong))
            .as(provider.name())
            .isFalse();
      }
    }
  }

  @Test
  void passesOverAProviderThatIsThereButWrong() {
    var choice =
        Signatures.choice(
            List.of(new Broken(), new BouncyCastleSignatures()),
            SignatureAlgorithm.P256,
            SignatureOperation.VERIFY);

    assertThat(choice.chosen().name()).isEqualTo("bouncycastle");
    assertThat(choice.whyNot(choice.all().get(0)))
        .isEqualTo("it verifies the signature of another message");
    assertThat(
            SignatureSelfTest.failureOf(
                new Broken(), SignatureAlgorithm.ED25519, SignatureOperation.SIGN))
        .isEqualTo("its signature of the test message is wrong");
  }

  @Test
  void usesTheOneThatIsWishedForWhatItHas() {
    System.setProperty(Signatures.PROPERTY, "jdk");
    List<SignatureProvider> providers = List.of(new JdkSignatures(), new BouncyCastleSignatures());

    assertThat(chosen(providers, SignatureAlgorithm.ED25519)).isEqualTo("jdk");
    assertThat(chosen(providers, SignatureAlgorithm.SECP256K1)).isEqualTo("bouncycastle");
    System.setProperty(Signatures.PROPERTY, "enigma");
    assertThatThrownBy(() -> chosen(providers, SignatureAlgorithm.ED25519))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Signatures.PROPERTY)
        .hasMessageContaining("enigma")
        .hasMessageContaining("bouncycastle");
  }

  private static String chosen(List<SignatureProvider> providers, SignatureAlgorithm algorithm) {
    Choice<Signatures.Candidate> choice =
        Signatures.choice(providers, algorithm, SignatureOperation.VERIFY);
    return choice.chosen().name();
  }

  /** Says yes to everything. */
  private static final class Broken implements SignatureProvider {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String unavailable() {
      return null;
    }

    @Override
    public int rank(SignatureAlgorithm algorithm, SignatureOperation operation) {
      return 100;
    }

    @Override
    public boolean verify(
        SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
      return true;
    }

    @Override
    public Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
      return message -> new byte[64];
    }
  }
}
