package io.ethpeerflow.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.noise.FuzzScenario.Outcome;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/**
 * Any bytes from the remote, whole and in pieces: the same outcome, a failure that says what was
 * wrong, and never an answer to what was refused.
 */
class NoiseFuzzTest {
  @FuzzTest
  void responder(byte[] fromInitiator) {
    check(Role.RESPONDER, fromInitiator);
  }

  @FuzzTest
  void initiator(byte[] fromResponder) {
    check(Role.INITIATOR, fromResponder);
  }

  /**
   * Past the ciphers, which no fuzzer gets through: any payload in a message 2 that authenticates.
   */
  @FuzzTest
  void payloadOfTheResponder(byte[] payload) throws ProtocolViolation {
    if (payload.length <= 65439) {
      Outcome outcome = FuzzScenario.run(Role.INITIATOR, FuzzScenario.messageTwo(payload), 1 << 16);
      assertThat(outcome.established() || outcome.failure() != null).isTrue();
    }
  }

  private static void check(Role role, byte[] input) {
    Outcome whole = FuzzScenario.run(role, input, Math.max(1, input.length));
    assertThat(FuzzScenario.run(role, input, 1)).isEqualTo(whole);
    if (whole.failure() != null) {
      assertThat(whole.failure())
          .startsWith("noise: ")
          .doesNotContain("Exception")
          .doesNotContain("null");
      assertThat(whole.established()).isFalse();
    }
    assertThat(whole.sentHex()).hasSizeLessThan(2048);
  }

  @Test
  void theCorpusHasTranscriptsThatSucceed() throws IOException, ProtocolViolation {
    for (Role role : Role.values()) {
      String target = role == Role.INITIATOR ? "initiator" : "responder";
      Outcome outcome = FuzzScenario.run(role, corpus(target + "/valid-with-a-record"), 7);
      assertThat(outcome.failure()).isNull();
      assertThat(outcome.established()).isTrue();
      assertThat(outcome.received()).isEqualTo("after the handshake");
    }
    byte[] message = FuzzScenario.messageTwo(corpus("payloadOfTheResponder/valid"));
    assertThat(FuzzScenario.run(Role.INITIATOR, message, 1 << 16).established()).isTrue();
  }

  private static byte[] corpus(String file) throws IOException {
    try (InputStream in = NoiseFuzzTest.class.getResourceAsStream("NoiseFuzzTestInputs/" + file)) {
      return in.readAllBytes();
    }
  }
}
