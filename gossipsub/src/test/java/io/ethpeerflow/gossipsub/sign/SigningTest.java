package io.ethpeerflow.gossipsub.sign;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningTest {
  private static final TopicId T = TopicId.of("t");
  private static final byte[] DATA = "hello".getBytes(StandardCharsets.UTF_8);
  private static final PrivateKey ALICE = key(KeyType.ED25519, 1);
  private static final PrivateKey BOB = key(KeyType.ED25519, 2);

  private static PrivateKey key(KeyType type, long seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(seed);
      return PrivateKey.generate(type, random);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Message signed(PrivateKey key) {
    return new MessageSigner(SigningPolicy.STRICT_SIGN, key).sign(T, DATA, 7);
  }

  private static @Nullable Refusal refusal(SigningPolicy policy, Message message) {
    return new MessageVerifier(policy).refusal(message);
  }

  /** A signed message with one field replaced: 1 from, 2 data, 3 seqno, 5 signature, 6 key. */
  private static Message with(Message message, int field, byte @Nullable [] value) {
    return Message.of(
        field == 1 ? value : message.from(),
        field == 2 ? value : message.data(),
        field == 3 ? value : message.seqno(),
        message.topic(),
        field == 5 ? value : message.signature(),
        field == 6 ? value : message.key());
  }

  @Test
  @Spec({"pubsub/signed-bytes", "pubsub/seqno"})
  void thePrefixAndFieldsOneToFourAreSigned() {
    Message message = signed(ALICE);
    // libp2p-pubsub: | 0a 26 from | 12 05 hello | 1a 08 7 as 64 bits big-endian | 22 01 t
    String expected =
        HexFormat.of().formatHex("libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII))
            + "0a26"
            + HexFormat.of().formatHex(PeerId.of(ALICE.publicKey()).toBytes())
            + "120568656c6c6f"
            + "1a080000000000000007"
            + "220174";
    byte[] signature = message.signature();
    assertThat(signature).isNotNull();
    assertThat(ALICE.publicKey().verify(HexFormat.of().parseHex(expected), signature)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  @Spec("pubsub/key")
  void theKeyIsAttachedWhenTheIdDoesNotContainIt(KeyType type) {
    Message message = signed(key(type, 3));
    assertThat(message.hasKey()).isEqualTo(type == KeyType.RSA || type == KeyType.ECDSA);
    for (SigningPolicy policy : SigningPolicy.values()) {
      assertThat(refusal(policy, message))
          .isEqualTo(policy == SigningPolicy.STRICT_NO_SIGN ? Refusal.UNEXPECTED_SIGNATURE : null);
    }
  }

  @Test
  @Spec("pubsub/key")
  void aKeyThatTheIdContainsMayBeAttachedToo() {
    Message message = with(signed(ALICE), 6, ALICE.publicKey().toBytes());
    assertThat(refusal(SigningPolicy.STRICT_SIGN, message)).isNull();
  }

  @Test
  @Spec("pubsub/key")
  void aKeyOfSomebodyElseIsRefusedEvenIfItMadeTheSignature() {
    Message bobs = signed(BOB);
    Message message = with(with(signed(ALICE), 6, BOB.publicKey().toBytes()), 5, bobs.signature());
    assertThat(refusal(SigningPolicy.STRICT_SIGN, message)).isEqualTo(Refusal.KEY_OF_ANOTHER);
  }

  @Test
  @Spec("pubsub/strict-sign")
  void strictSignAsksForAuthorNumberAndSignature() {
    var policy = SigningPolicy.STRICT_SIGN;
    Message message = signed(ALICE);
    assertThat(refusal(policy, message)).isNull();
    assertThat(refusal(policy, with(message, 1, null))).isEqualTo(Refusal.MISSING_FROM);
    assertThat(refusal(policy, with(message, 3, null))).isEqualTo(Refusal.MISSING_SEQNO);
    assertThat(refusal(policy, with(message, 5, null))).isEqualTo(Refusal.MISSING_SIGNATURE);
    assertThat(refusal(policy, with(message, 3, new byte[7]))).isEqualTo(Refusal.MALFORMED_SEQNO);
    assertThat(refusal(policy, with(message, 3, new byte[0]))).isEqualTo(Refusal.MALFORMED_SEQNO);
    assertThat(refusal(policy, with(message, 1, new byte[] {1, 2})))
        .isEqualTo(Refusal.MALFORMED_FROM);
    assertThat(refusal(policy, with(message, 6, new byte[] {1, 2})))
        .isEqualTo(Refusal.MALFORMED_KEY);
  }

  @Test
  void anyOtherByteSpoilsTheSignature() {
    Message message = signed(ALICE);
    assertThat(refusal(SigningPolicy.STRICT_SIGN, with(message, 2, new byte[5])))
        .isEqualTo(Refusal.INVALID_SIGNATURE);
    assertThat(refusal(SigningPolicy.STRICT_SIGN, with(message, 3, new byte[8])))
        .isEqualTo(Refusal.INVALID_SIGNATURE);
    assertThat(refusal(SigningPolicy.STRICT_SIGN, with(message, 5, new byte[64])))
        .isEqualTo(Refusal.INVALID_SIGNATURE);
    Message bobs = with(message, 1, PeerId.of(BOB.publicKey()).toBytes());
    assertThat(refusal(SigningPolicy.STRICT_SIGN, bobs)).isEqualTo(Refusal.INVALID_SIGNATURE);
    Message otherTopic =
        Message.of(
            message.from(),
            message.data(),
            message.seqno(),
            TopicId.of("u"),
            message.signature(),
            null);
    assertThat(refusal(SigningPolicy.STRICT_SIGN, otherTopic)).isEqualTo(Refusal.INVALID_SIGNATURE);
  }

  @Test
  @Spec("pubsub/key")
  void anIdThatDoesNotContainTheKeyNeedsOneAttached() {
    Message message = with(signed(key(KeyType.ECDSA, 3)), 6, null);
    assertThat(refusal(SigningPolicy.STRICT_SIGN, message)).isEqualTo(Refusal.MISSING_KEY);
  }

  @Test
  @Spec("pubsub/strict-no-sign")
  void strictNoSignWantsAllFourAbsentAndNotMerelyEmpty() {
    var policy = SigningPolicy.STRICT_NO_SIGN;
    Message bare = new MessageSigner(policy, ALICE).sign(T, DATA, 7);
    assertThat(bare).isEqualTo(Message.unsigned(T, DATA));
    assertThat(refusal(policy, bare)).isNull();
    byte[] empty = {};
    assertThat(refusal(policy, with(bare, 1, empty))).isEqualTo(Refusal.UNEXPECTED_FROM);
    assertThat(refusal(policy, with(bare, 3, empty))).isEqualTo(Refusal.UNEXPECTED_SEQNO);
    assertThat(refusal(policy, with(bare, 5, empty))).isEqualTo(Refusal.UNEXPECTED_SIGNATURE);
    assertThat(refusal(policy, with(bare, 6, empty))).isEqualTo(Refusal.UNEXPECTED_KEY);
  }

  @ParameterizedTest
  @EnumSource(names = {"LAX_SIGN", "LAX_NO_SIGN"})
  @Spec("pubsub/lax")
  void laxPoliciesTakeBothButNoWrongSignature(SigningPolicy policy) {
    assertThat(refusal(policy, Message.unsigned(T, DATA))).isNull();
    assertThat(refusal(policy, with(signed(ALICE), 5, null))).isNull();
    assertThat(refusal(policy, signed(ALICE))).isNull();
    assertThat(refusal(policy, with(signed(ALICE), 2, new byte[1])))
        .isEqualTo(Refusal.INVALID_SIGNATURE);
    assertThat(refusal(policy, with(signed(ALICE), 5, new byte[0])))
        .isEqualTo(Refusal.INVALID_SIGNATURE);
    assertThat(refusal(policy, with(signed(ALICE), 1, null))).isEqualTo(Refusal.MISSING_FROM);
    assertThat(new MessageSigner(policy, ALICE).sign(T, DATA, 1).hasSignature())
        .isEqualTo(policy == SigningPolicy.LAX_SIGN);
  }

  @Test
  void theCheapCheckDoesNotLookAtTheSignature() {
    Message wrong = with(signed(ALICE), 5, new byte[64]);
    var verifier = new MessageVerifier(SigningPolicy.STRICT_SIGN);
    assertThat(verifier.refusalOfForm(wrong)).isNull();
    assertThat(verifier.refusalOfSignature(wrong)).isEqualTo(Refusal.INVALID_SIGNATURE);
  }
}
