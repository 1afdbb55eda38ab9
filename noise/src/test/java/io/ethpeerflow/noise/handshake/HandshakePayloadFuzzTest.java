package io.ethpeerflow.noise.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;

/** Any payload: refused with a reason, or read within its bounds and written in one way only. */
class HandshakePayloadFuzzTest {
  @FuzzTest
  void decode(byte[] input) {
    HandshakePayload payload;
    try {
      payload = HandshakePayload.decode(input, 100);
    } catch (WireFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(payload.muxers()).hasSizeLessThanOrEqualTo(100);
    assertThat(payload.certHashes()).hasSizeLessThanOrEqualTo(HandshakePayload.MAX_CERT_HASHES);
    try {
      assertThat(HandshakePayload.decode(payload.encode(), 100)).isEqualTo(payload);
    } catch (WireFormatException e) {
      throw new AssertionError("what was written cannot be read", e);
    }
  }
}
