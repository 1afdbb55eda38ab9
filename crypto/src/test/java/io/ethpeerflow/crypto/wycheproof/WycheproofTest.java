package io.ethpeerflow.crypto.wycheproof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.aead.Opener;
import io.ethpeerflow.crypto.aead.Sealer;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.SignatureOperation;
import io.ethpeerflow.crypto.signature.SignatureProvider;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.crypto.wycheproof.Wycheproof.Case;
import io.ethpeerflow.crypto.wycheproof.Wycheproof.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every case of every kind through every provider that can be used here. */
class WycheproofTest {
  /** A provider's name, and what runs one case through it. */
  private record Subject(String name, Check check) {}

  /** Fails when a case is not treated as it says. */
  @FunctionalInterface
  private interface Check {
    void run(Case test) throws Exception;
  }

  private static List<DynamicTest> each(String file, int count, List<Subject> subjects) {
    var tests = new ArrayList<DynamicTest>();
    for (Subject subject : subjects) {
      tests.add(
          DynamicTest.dynamicTest(
              file + " by " + subject.name(),
              () -> {
                List<Case> cases = Wycheproof.cases(file);
                assertThat(cases).hasSize(count);
                for (Case test : cases) {
                  subject.check().run(test);
                }
              }));
    }
    return tests;
  }

  @Test
  void everyKindHasTheProvidersThatAreAlwaysThere() {
    assertThat(AeadProviders.available()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(KeyAgreements.available()).hasSizeGreaterThanOrEqualTo(2);
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      assertThat(Signatures.available(algorithm, SignatureOperation.VERIFY)).isNotEmpty();
    }
  }

  /**
   * Those that are acceptable are points on the twist, of low order, or not below the prime: RFC
   * 7748 takes them all, and what it says must come out; zeros for low order, which callers refuse.
   */
  @TestFactory
  List<DynamicTest> x25519() {
    var subjects = new ArrayList<Subject>();
    for (KeyAgreement agreement : KeyAgreements.available()) {
      subjects.add(
          new Subject(
              agreement.name(),
              test -> {
                byte[] shared = test.bytes("shared");
                assertThat(agreement.agree(test.bytes("private"), test.bytes("public")))
                    .as("%s", test)
                    .isEqualTo(shared);
                assertThat(test.result()).isNotEqualTo(Result.INVALID);
                if (test.has("ZeroSharedSecret")) {
                  assertThat(shared).containsOnly(0);
                }
              }));
    }
    return each("x25519", 518, subjects);
  }

  /** Nonces that have not twelve bytes are all invalid ones, and refused as such. */
  @TestFactory
  List<DynamicTest> chaCha20Poly1305() {
    var subjects = new ArrayList<Subject>();
    for (AeadProvider aead : AeadProviders.available()) {
      subjects.add(
          new Subject(
              aead.name(),
              test -> {
                assertThat(test.group().get("tagSize").asInt()).isEqualTo(8 * Ciphers.TAG_BYTES);
                if (test.group().get("ivSize").asInt() == 8 * Ciphers.NONCE_BYTES) {
                  byte[] message = checkAtOnce(aead, test);
                  checkInPlace(aead, test.bytes("key"), test.bytes("iv"), message);
                } else {
                  assertThat(test.result()).isEqualTo(Result.INVALID);
                  assertThatThrownBy(() -> checkAtOnce(aead, test))
                      .isInstanceOf(IllegalArgumentException.class)
                      .hasMessageContaining("nonce of");
                }
              }));
    }
    return each("chacha20_poly1305", 325, subjects);
  }

  private static byte[] checkAtOnce(AeadProvider aead, Case test) throws Exception {
    byte[] key = test.bytes("key");
    byte[] nonce = test.bytes("iv");
    byte[] associated = test.bytes("aad");
    byte[] message = test.bytes("msg");
    byte[] cipher = test.bytes("ct");
    byte[] tag = test.bytes("tag");
    byte[] sealed = Arrays.copyOf(cipher, cipher.length + tag.length);
    System.arraycopy(tag, 0, sealed, cipher.length, tag.length);
    if (test.result() == Result.VALID) {
      assertThat(aead.open(key, nonce, associated, sealed)).as("%s", test).isEqualTo(message);
      assertThat(aead.seal(key, nonce, associated, message)).as("%s", test).isEqualTo(sealed);
    } else {
      Ciphers.check(key, nonce);
      assertThatThrownBy(() -> aead.open(key, nonce, associated, sealed))
          .as("%s", test)
          .isInstanceOf(AEADBadTagException.class);
    }
    return message;
  }

  /**
   * Records have the nonces of a counter and no associated data, as no case has: the case's key and
   * message, and the end of its nonce as the counter, against what was just checked.
   */
  private static void checkInPlace(AeadProvider aead, byte[] key, byte[] iv, byte[] message)
      throws Exception {
    long counter = ByteBuffer.wrap(iv).order(ByteOrder.LITTLE_ENDIAN).getLong(4);
    byte[] nonce = new byte[Ciphers.NONCE_BYTES];
    Ciphers.nonce(counter, nonce);
    byte[] expected = aead.seal(key, nonce, new byte[0], message);
    ByteBuf out = Unpooled.buffer(message.length + Ciphers.TAG_BYTES);
    try (Sealer sealer = aead.sealer(key);
        Opener opener = aead.opener(key)) {
      sealer.start(counter, out);
      sealer.update(Unpooled.wrappedBuffer(message), 0, message.length, out);
      sealer.finish(out);
      assertThat(ByteBufUtil.getBytes(out)).isEqualTo(expected);
      assertThat(opener.open(counter, out, 0, expected.length)).isTrue();
      assertThat(ByteBufUtil.getBytes(out, 0, message.length)).isEqualTo(message);
      assertThat(aead.open(key, nonce, new byte[0], expected)).isEqualTo(message);
    }
  }

  /** The one that is acceptable, a DigestInfo without NULL, is refused by all. */
  private static List<DynamicTest> signatures(
      String file, int count, SignatureAlgorithm algorithm, String... pathOfKey) {
    var subjects = new ArrayList<Subject>();
    for (SignatureProvider provider : Signatures.available(algorithm, SignatureOperation.VERIFY)) {
      subjects.add(
          new Subject(
              provider.name(),
              test -> {
                var node = test.group();
                for (String step : pathOfKey) {
                  node = node.get(step);
                }
                byte[] key = HexFormat.of().parseHex(node.asString());
                assertThat(
                        Signatures.verify(
                            provider, algorithm, key, test.bytes("msg"), test.bytes("sig")))
                    .as("%s", test)
                    .isEqualTo(test.result() == Result.VALID);
                if (test.result() == Result.ACCEPTABLE) {
                  assertThat(test.has("MissingNull")).as("%s", test).isTrue();
                }
              }));
    }
    return each(file, count, subjects);
  }

  @TestFactory
  List<DynamicTest> ed25519() {
    return signatures("ed25519", 151, SignatureAlgorithm.ED25519, "publicKey", "pk");
  }

  @TestFactory
  List<DynamicTest> ecdsaP256() {
    return signatures(
        "ecdsa_secp256r1_sha256", 484, SignatureAlgorithm.P256, "publicKey", "uncompressed");
  }

  @TestFactory
  List<DynamicTest> ecdsaSecp256k1() {
    return signatures(
        "ecdsa_secp256k1_sha256", 476, SignatureAlgorithm.SECP256K1, "publicKey", "uncompressed");
  }

  @TestFactory
  List<DynamicTest> rsa2048() {
    return signatures("rsa_signature_2048_sha256", 259, SignatureAlgorithm.RSA, "publicKeyDer");
  }

  @TestFactory
  List<DynamicTest> rsa3072() {
    return signatures("rsa_signature_3072_sha256", 259, SignatureAlgorithm.RSA, "publicKeyDer");
  }

  @TestFactory
  List<DynamicTest> rsa4096() {
    return signatures("rsa_signature_4096_sha256", 258, SignatureAlgorithm.RSA, "publicKeyDer");
  }
}
