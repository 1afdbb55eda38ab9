package io.ethpeerflow.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.noise.handshake.HandshakePayload;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A responder whose ciphers are right and whose payload is not. */
class IdentityProofTest {
  private static final PrivateKey IDENTITY = TestIdentities.key(2);
  private static final List<ProtocolId> MUXERS = List.of(ProtocolId.of("/yamux/1.0.0"));

  private static FuzzScenario.Outcome answerWith(PrivateKey claimed, byte[] signature)
      throws ProtocolViolation {
    byte[] payload =
        new HandshakePayload(claimed.publicKey().toBytes(), signature, MUXERS, List.of()).encode();
    return FuzzScenario.run(Role.INITIATOR, FuzzScenario.messageTwo(payload), 1 << 16);
  }

  private static void assertRefused(FuzzScenario.Outcome outcome) {
    assertThat(outcome.established()).isFalse();
    assertThat(outcome.failure()).contains("static key is not by its identity key");
    // the first message, 32 bytes behind their length, and no third one
    assertThat(outcome.sentHex()).hasSize(2 * 34);
  }

  @Test
  @Spec({"noise/signature-check", "noise/static-key-authentication"})
  void takesTheSignatureOfTheStaticKeyByTheIdentity() throws ProtocolViolation {
    byte[] signedText = HandshakePayload.signedText(FuzzScenario.responderStatic());
    assertThat(new String(signedText, 0, 24, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("noise-libp2p-static-key:");
    assertThat(answerWith(IDENTITY, IDENTITY.sign(signedText)).established()).isTrue();
  }

  @Test
  @Spec({"noise/signature-check", "noise/early-data"})
  void refusesAnIdentityThatDidNotSign() throws ProtocolViolation {
    byte[] signedText = HandshakePayload.signedText(FuzzScenario.responderStatic());
    assertRefused(answerWith(TestIdentities.key(3), IDENTITY.sign(signedText)));
  }

  @Test
  @Spec({"noise/signature-check", "noise/early-data"})
  void refusesASignatureOfAnotherStaticKeyOrWithoutThePrefix() throws ProtocolViolation {
    assertRefused(answerWith(IDENTITY, IDENTITY.sign(HandshakePayload.signedText(new byte[32]))));
    assertRefused(answerWith(IDENTITY, IDENTITY.sign(FuzzScenario.responderStatic())));
    assertRefused(answerWith(IDENTITY, new byte[64]));
    assertRefused(answerWith(IDENTITY, new byte[0]));
  }
}
