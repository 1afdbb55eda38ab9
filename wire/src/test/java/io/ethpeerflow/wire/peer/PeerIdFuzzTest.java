package io.ethpeerflow.wire.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;

class PeerIdFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void text(byte[] input) {
    try {
      PeerId id = PeerId.parse(new String(input, UTF_8));
      assertThat(PeerId.parse(id.toString())).isEqualTo(id);
      assertThat(PeerId.parse(id.toCid().toString())).isEqualTo(id);
      assertThat(PeerId.decode(id.toBytes())).isEqualTo(id);
      PublicKey key = id.inlinedKey();
      if (key != null && key.toBytes().length == id.sizeBytes() - 2) {
        assertThat(PeerId.of(key)).isEqualTo(id);
      }
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }
}
