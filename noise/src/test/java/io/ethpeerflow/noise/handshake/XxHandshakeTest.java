package io.ethpeerflow.noise.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.LyingAgreement;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class XxHandshakeTest {
  private static final byte[] NOTHING = new byte[0];
  private static final KeyAgreement AGREEMENT = KeyAgreements.best();

  private final SeededRandom random = new SeededRandom(7);
  private final XxHandshake initiator = side(Role.INITIATOR, NOTHING);
  private final XxHandshake responder = side(Role.RESPONDER, NOTHING);

  private XxHandshake side(Role role, byte[] prologue) {
    return new XxHandshake(
        role,
        prologue,
        AeadProviders.best(),
        DhKeyPair.of(AGREEMENT, random.bytes(32)),
        DhKeyPair.of(AGREEMENT, random.bytes(32)));
  }

  /**
   * The u-coordinates of points of order 1, 2, 4 and 8 on the curve and its twist, also unreduced.
   */
  static List<String> lowOrderPoints() {
    return List.of(
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        // the same with the bit that RFC 7748 tells to ignore
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
  }

  @Spec("noise/low-order-points")
  @ParameterizedTest
  @MethodSource("lowOrderPoints")
  void refusesAnInitiatorsEphemeralKeyOfLowOrder(String point) throws ProtocolViolation {
    responder.readMessage(HexFormat.of().parseHex(point));
    assertThatThrownBy(() -> responder.writeMessage(NOTHING))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("low order");
    assertThat(responder.isMyTurn()).isFalse();
  }

  @Spec("noise/low-order-points")
  @ParameterizedTest
  @MethodSource("lowOrderPoints")
  void refusesAResponder(String point) throws ProtocolViolation {
    responder.readMessage(initiator.writeMessage(NOTHING));
    byte[] message = responder.writeMessage(NOTHING);
    System.arraycopy(HexFormat.of().parseHex(point), 0, message, 0, 32);
    assertThatThrownBy(() -> initiator.readMessage(message))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("low order");
  }

  @Spec("noise/low-order-points")
  @ParameterizedTest
  @MethodSource("lowOrderPoints")
  void refusesAStaticKeyOfLowOrderOfAnInitiatorThatKnowsTheProtocol(String point)
      throws ProtocolViolation {
    // an initiator whose static "public key" is the point, and that agrees on one with everyone
    KeyAgreement lying = new LyingAgreement(HexFormat.of().parseHex(point));
    var liar =
        new XxHandshake(
            Role.INITIATOR,
            NOTHING,
            AeadProviders.best(),
            DhKeyPair.of(lying, new byte[32]),
            DhKeyPair.of(AGREEMENT, random.bytes(32)));
    responder.readMessage(liar.writeMessage(NOTHING));
    liar.readMessage(responder.writeMessage(NOTHING));
    byte[] third = liar.writeMessage(NOTHING);
    assertThatThrownBy(() -> responder.readMessage(third))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("low order");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31})
  void refusesAFirstMessageThatIsTooShort(int bytes) {
    assertThatThrownBy(() -> responder.readMessage(new byte[bytes]))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("handshake message 1 of " + bytes + " bytes, at least 32 needed");
  }

  @Spec("noise/handshake-payload-empty")
  @Test
  void refusesAFirstMessageWithAPayload() {
    assertThatThrownBy(() -> responder.readMessage(new byte[33]))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessage("handshake message 1 of 33 bytes, at most 32 allowed");
    assertThatThrownBy(() -> initiator.writeMessage(new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesEveryTruncationOfASecondMessage() throws ProtocolViolation {
    byte[] first = initiator.writeMessage(NOTHING);
    responder.readMessage(first);
    byte[] message =
        responder.writeMessage("payload".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    for (int bytes = 0; bytes < message.length; bytes++) {
      byte[] cut = Arrays.copyOf(message, bytes);
      assertRefused(initiatorAfter(first), cut);
    }
  }

  @Test
  void refusesASecondMessageWithAnyBitFlipped() throws ProtocolViolation {
    byte[] first = initiator.writeMessage(NOTHING);
    responder.readMessage(first);
    byte[] message = responder.writeMessage(new byte[3]);
    for (int bit = 0; bit < message.length * 8; bit++) {
      byte[] changed = message.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(initiatorAfter(first), changed);
    }
  }

  @Test
  void refusesAThirdMessageWithAnyBitFlippedOrCutOff() throws ProtocolViolation {
    Seeds.check(
        60,
        random -> {
          var resp = side(Role.RESPONDER, NOTHING);
          var init = side(Role.INITIATOR, NOTHING);
          resp.readMessage(init.writeMessage(NOTHING));
          init.readMessage(resp.writeMessage(random.bytes(5)));
          byte[] third = init.writeMessage(random.edgyBytes(0, 50));
          byte[] changed;
          do {
            changed = random.mutate(third);
          } while (Arrays.equals(changed, third));
          assertRefused(resp, changed);
        });
  }

  /**
   * The initiator again, at the same point: machines cannot be copied, but keys can be drawn again.
   */
  private static XxHandshake initiatorAfter(byte[] first) throws ProtocolViolation {
    var again = new XxHandshakeTest().initiator;
    assertThat(again.writeMessage(NOTHING)).isEqualTo(first);
    return again;
  }

  private static void assertRefused(XxHandshake reader, byte[] message) {
    assertThatThrownBy(() -> reader.readMessage(message)).isInstanceOf(ProtocolViolation.class);
    assertThat(reader.isComplete()).isFalse();
    assertThat(reader.isMyTurn()).isFalse();
    assertThatThrownBy(() -> reader.readMessage(message)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesAMessageOfAnotherHandshake() throws ProtocolViolation {
    var otherResponder = side(Role.RESPONDER, NOTHING);
    var otherInitiator = side(Role.INITIATOR, NOTHING);
    otherResponder.readMessage(otherInitiator.writeMessage(NOTHING));
    byte[] replayed = otherResponder.writeMessage(NOTHING);
    initiator.writeMessage(NOTHING);
    assertRefused(initiator, replayed);
  }

  @Spec("noise/prologue")
  @Test
  void refusesAnotherPrologue() throws ProtocolViolation {
    var other = side(Role.RESPONDER, new byte[] {1});
    other.readMessage(initiator.writeMessage(NOTHING));
    assertRefused(initiator, other.writeMessage(NOTHING));
  }

  @Test
  void takesPayloadsAsLongAsAMessageCanBe() throws ProtocolViolation {
    responder.readMessage(initiator.writeMessage(NOTHING));
    byte[] longest = random.bytes(65535 - 96);
    assertThat(initiator.readMessage(responder.writeMessage(longest))).isEqualTo(longest);
    assertThatThrownBy(() -> initiator.writeMessage(new byte[65535 - 63]))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] third = random.bytes(65535 - 64);
    assertThat(responder.readMessage(initiator.writeMessage(third))).isEqualTo(third);
  }

  @Test
  void refusesAMessageLongerThanNoiseAllows() throws ProtocolViolation {
    initiator.writeMessage(NOTHING);
    assertRefused(initiator, new byte[65536]);
  }

  @Test
  void refusesCallsOutOfTurn() throws ProtocolViolation {
    assertThatThrownBy(() -> responder.writeMessage(NOTHING))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> initiator.readMessage(NOTHING))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(initiator::split).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(initiator::remoteStatic).isInstanceOf(IllegalStateException.class);
    responder.readMessage(initiator.writeMessage(NOTHING));
    assertThatThrownBy(() -> initiator.writeMessage(NOTHING))
        .isInstanceOf(IllegalStateException.class);
    initiator.readMessage(responder.writeMessage(NOTHING));
    responder.readMessage(initiator.writeMessage(NOTHING));
    assertThat(initiator.isComplete()).isTrue();
    initiator.split();
    assertThatThrownBy(initiator::split).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesTheStaticKeyToItsOwnerAndErasesTheEphemeralOne() throws ProtocolViolation {
    DhKeyPair staticKey = DhKeyPair.of(AGREEMENT, random.bytes(32));
    DhKeyPair ephemeralKey = DhKeyPair.of(AGREEMENT, random.bytes(32));
    var own =
        new XxHandshake(Role.INITIATOR, NOTHING, AeadProviders.best(), staticKey, ephemeralKey);
    byte[] remote = responder.localStatic();
    byte[] agreed = staticKey.agree(remote);
    responder.readMessage(own.writeMessage(NOTHING));
    own.readMessage(responder.writeMessage(NOTHING));
    own.writeMessage(NOTHING);
    own.split();
    assertThat(staticKey.agree(remote)).isEqualTo(agreed);
    assertThatThrownBy(() -> ephemeralKey.agree(remote))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("erased");
  }

  @Test
  void saysNothingSecretInItsTextForms() throws ProtocolViolation {
    responder.readMessage(initiator.writeMessage(NOTHING));
    initiator.readMessage(responder.writeMessage(NOTHING));
    responder.readMessage(initiator.writeMessage(NOTHING));
    assertThat(responder.split().toString()).isEqualTo("TransportKeys");
    assertThat(DhKeyPair.of(AGREEMENT, new byte[32]).toString()).isEqualTo("DhKeyPair");
  }
}
