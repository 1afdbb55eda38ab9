package io.ethpeerflow.noise.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.Transcripts;
import io.ethpeerflow.noise.Transcripts.Transcript;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeVectorTest {
  static List<Transcript> transcripts() {
    return Transcripts.all();
  }

  static Stream<Transcript> transcriptsWithIdentities() {
    return Transcripts.all().stream().filter(t -> t.toString().contains("libp2p"));
  }

  static XxHandshake side(Transcript t, Role role, AeadProvider aead) {
    String who = role == Role.INITIATOR ? "init" : "resp";
    KeyAgreement agreement = KeyAgreements.best();
    return new XxHandshake(
        role,
        t.input("prologue"),
        aead,
        DhKeyPair.of(agreement, t.input(who + "_static")),
        DhKeyPair.of(agreement, t.input(who + "_ephemeral")));
  }

  @Spec("noise/handshake-xx")
  @ParameterizedTest
  @MethodSource("transcripts")
  void writesTheMessagesThatOtherLibrariesWrite(Transcript t) throws ProtocolViolation {
    for (AeadProvider aead : AeadProviders.available()) {
      replay(t, side(t, Role.INITIATOR, aead), side(t, Role.RESPONDER, aead));
    }
  }

  private static void replay(Transcript t, XxHandshake initiator, XxHandshake responder)
      throws ProtocolViolation {
    for (int number = 1; number <= 3; number++) {
      XxHandshake writer = number == 2 ? responder : initiator;
      XxHandshake reader = number == 2 ? initiator : responder;
      assertThat(writer.writeMessage(t.payload(number))).isEqualTo(t.message(number));
      assertThat(reader.readMessage(t.message(number))).isEqualTo(t.payload(number));
    }
    assertThat(initiator.remoteStatic()).isEqualTo(responder.localStatic());
    assertThat(responder.remoteStatic()).isEqualTo(initiator.localStatic());
    TransportKeys atInitiator = initiator.split();
    TransportKeys atResponder = responder.split();
    assertThat(atInitiator.handshakeHash()).isEqualTo(t.handshakeHash());
    assertThat(atResponder.handshakeHash()).isEqualTo(t.handshakeHash());
    assertThat(atInitiator.send()).isEqualTo(atResponder.receive());
    assertThat(atInitiator.receive()).isEqualTo(atResponder.send());
  }

  @Spec("noise/handshake-payload")
  @ParameterizedTest
  @MethodSource("transcriptsWithIdentities")
  void readsAndWritesPayloadsLikeOthers(Transcript t)
      throws WireFormatException, ProtocolViolation {
    byte[] initiatorStatic = side(t, Role.INITIATOR, AeadProviders.best()).localStatic();
    byte[] responderStatic = side(t, Role.RESPONDER, AeadProviders.best()).localStatic();
    for (int number = 2; number <= 3; number++) {
      HandshakePayload payload = HandshakePayload.decode(t.payload(number), 100);
      byte[] signedText =
          HandshakePayload.signedText(number == 2 ? responderStatic : initiatorStatic);
      assertThat(PublicKey.decode(payload.identityKey()).verify(signedText, payload.signature()))
          .isTrue();
      assertThat(payload.encode()).isEqualTo(t.payload(number));
      if (t.toString().endsWith("with muxers")) {
        assertThat(payload.muxers())
            .containsExactly(ProtocolId.of("/yamux/1.0.0"), ProtocolId.of("/mplex/6.7.0"));
      }
    }
  }
}
