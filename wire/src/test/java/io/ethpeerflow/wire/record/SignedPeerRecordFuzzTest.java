package io.ethpeerflow.wire.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;

class SignedPeerRecordFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void envelope(byte[] input) {
    try {
      SignedPeerRecord signed = SignedPeerRecord.open(input);
      assertThat(SignedPeerRecord.open(signed.toBytes())).isEqualTo(signed);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void unsignedEnvelope(byte[] input) {
    try {
      Envelope envelope = Envelope.decode(input);
      assertThat(Envelope.decode(envelope.toBytes())).isEqualTo(envelope);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void peerRecord(byte[] input) {
    try {
      PeerRecord record = PeerRecord.decode(input);
      assertThat(PeerRecord.decode(record.toBytes())).isEqualTo(record);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }
}
