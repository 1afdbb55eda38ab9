package io.ethpeerflow.wire.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"/echo/1.0.0", "/", "/caf\u00e9", "/with space"})
  void isTheSameFromNameAndBytes(String name) throws Exception {
    ProtocolId id = ProtocolId.of(name);
    ByteBuf out = Unpooled.buffer();
    id.writeTo(out);

    assertThat(id)
        .hasToString(name)
        .isEqualTo(ProtocolId.decode(name.getBytes(UTF_8)))
        .hasSameHashCodeAs(ProtocolId.of(name));
    assertThat(id.name()).isEqualTo(name);
    assertThat(out.toString(UTF_8)).isEqualTo(name);
    assertThat(id.sizeBytes()).isEqualTo(id.toBytes().length);
    assertThat(id).isEqualByComparingTo(ProtocolId.of(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "echo", " /echo", "/echo\n", "/e\u0000", "/e\u0085", "/\ud800"})
  void refusesOtherNames(String name) {
    assertThatThrownBy(() -> ProtocolId.parse(name)).isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> ProtocolId.of(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(() -> ProtocolId.decode(new byte[] {'/', (byte) 0xff}))
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> ProtocolId.decode(new byte[] {'/', '\n'}))
        .hasMessageContaining("control");
  }

  @Test
  void boundsTheName() throws Exception {
    assertThat(ProtocolId.parse("/" + "a".repeat(1022)).sizeBytes())
        .isEqualTo(ProtocolId.MAX_BYTES);
    assertThatThrownBy(() -> ProtocolId.parse("/" + "a".repeat(1023)))
        .hasMessageContaining("1024 bytes exceeds the 1023");
    assertThatThrownBy(() -> ProtocolId.parse("/" + "\u00e9".repeat(512)))
        .hasMessageContaining("1025 bytes exceeds the 1023");
    assertThatThrownBy(() -> ProtocolId.decode(new byte[1024]))
        .hasMessageContaining("1024 bytes exceeds the 1023");
  }
}
