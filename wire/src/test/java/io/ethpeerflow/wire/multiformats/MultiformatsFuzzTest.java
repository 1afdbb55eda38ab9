package io.ethpeerflow.wire.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;

class MultiformatsFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void cidText(byte[] input) {
    try {
      Cid cid = Cid.parse(new String(input, UTF_8));
      assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
      assertThat(Cid.decode(cid.toBytes())).isEqualTo(cid);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void cidBinary(byte[] input) {
    try {
      Cid cid = Cid.decode(input);
      assertThat(cid.toBytes()).isEqualTo(input);
      assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void multihash(byte[] input) {
    try {
      Multihash hash = Multihash.decode(input);
      assertThat(hash.toBytes()).isEqualTo(input);
      assertThat(Multihash.of(hash.code(), hash.digest())).isEqualTo(hash);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void multibase(byte[] input) {
    try {
      String text = new String(input, UTF_8);
      byte[] bytes = Multibase.decode(text);
      Multibase base = Multibase.of(text);
      if (bytes.length <= Multibase.MAX_BYTES) {
        assertThat(base.encode(bytes)).isEqualToIgnoringCase(text);
        assertThat(Multibase.decode(base.encode(bytes))).isEqualTo(bytes);
      }
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }
}
