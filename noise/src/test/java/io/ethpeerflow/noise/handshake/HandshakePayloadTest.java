package io.ethpeerflow.noise.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HandshakePayloadTest {
  private static final ProtocolId YAMUX = ProtocolId.of("/yamux/1.0.0");

  private static byte[] withExtensions(Consumer<ProtoWriter> extensions) {
    return ProtoWriter.bytesOf(
        out -> out.bytes(1, new byte[] {1}).bytes(2, new byte[] {2}).message(4, extensions));
  }

  @Test
  @Spec("noise/handshake-payload")
  void leavesTheExtensionsOutWhenThereAreNone() {
    var payload = new HandshakePayload(new byte[] {7}, new byte[] {8}, List.of(), List.of());
    assertThat(payload.encode()).containsExactly(0x0a, 1, 7, 0x12, 1, 8);
  }

  @Spec("noise/extensions")
  @Test
  void ignoresExtensionsAndFieldsThatItDoesNotKnow() throws WireFormatException {
    byte[] message =
        ProtoWriter.bytesOf(
            out ->
                out.bytes(3, new byte[] {9})
                    .bytes(1, new byte[] {1})
                    .message(
                        4, e -> e.bytes(1025, new byte[5]).string(2, YAMUX.name()).varint(7, 1))
                    .bytes(2, new byte[] {2})
                    .varint(99, 5));
    HandshakePayload payload = HandshakePayload.decode(message, 100);
    assertThat(payload)
        .isEqualTo(new HandshakePayload(new byte[] {1}, new byte[] {2}, List.of(YAMUX), List.of()));
  }

  @Test
  void keepsTheHashesOfWebTransportCertificates() throws WireFormatException {
    byte[] hash = new byte[34];
    HandshakePayload payload =
        HandshakePayload.decode(withExtensions(e -> e.bytes(1, hash).bytes(1, hash)), 100);
    assertThat(payload.certHashes()).hasSize(2).allMatch(h -> Arrays.equals(h, hash));
    byte[] many =
        withExtensions(
            e -> {
              for (int i = 0; i < 50; i++) {
                e.bytes(1, hash);
              }
            });
    assertThat(HandshakePayload.decode(many, 100).certHashes())
        .hasSize(HandshakePayload.MAX_CERT_HASHES);
  }

  @Test
  @Spec("noise/muxer-limit")
  void takesAListOfTooManyMuxersForNone() throws WireFormatException {
    Consumer<ProtoWriter> hundred =
        e -> {
          for (int i = 0; i < 100; i++) {
            e.string(2, "/muxer/" + i);
          }
        };
    assertThat(HandshakePayload.decode(withExtensions(hundred), 100).muxers()).hasSize(100);
    assertThat(
            HandshakePayload.decode(withExtensions(hundred.andThen(e -> e.string(2, "/one"))), 100)
                .muxers())
        .isEmpty();
  }

  @Test
  void skipsNamesThatNoMuxerCanHave() throws WireFormatException {
    byte[] message =
        withExtensions(
            e ->
                e.string(2, "")
                    .string(2, "yamux")
                    .bytes(2, new byte[] {'/', -1})
                    .string(2, YAMUX.name()));
    assertThat(HandshakePayload.decode(message, 100).muxers()).containsExactly(YAMUX);
  }

  @Test
  @Spec("noise/signature-check")
  void refusesAPayloadWithoutKeyOrSignature() {
    assertThatThrownBy(() -> HandshakePayload.decode(new byte[0], 100))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("no identity_key");
    assertThatThrownBy(
            () -> HandshakePayload.decode(ProtoWriter.bytesOf(o -> o.bytes(1, new byte[3])), 100))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("no identity_sig");
  }

  @Test
  void refusesEveryTruncation() throws WireFormatException {
    byte[] message =
        new HandshakePayload(new byte[36], new byte[64], List.of(YAMUX), List.of(new byte[34]))
            .encode();
    HandshakePayload.decode(message, 100);
    // without its extensions the payload is whole too
    int withoutExtensions = 38 + 66;
    for (int bytes = 0; bytes < message.length; bytes++) {
      byte[] cut = Arrays.copyOf(message, bytes);
      if (bytes == withoutExtensions) {
        HandshakePayload.decode(cut, 100);
      } else {
        assertThatThrownBy(() -> HandshakePayload.decode(cut, 100))
            .isInstanceOf(WireFormatException.class);
      }
    }
  }

  @Test
  void showsNoKeyInItsTextForm() {
    var payload = new HandshakePayload(new byte[36], new byte[64], List.of(YAMUX), List.of());
    assertThat(payload.toString())
        .contains("36 bytes", "64 bytes", "/yamux/1.0.0")
        .doesNotContain("[0,");
  }
}
