package io.ethpeerflow.tls;

import static io.ethpeerflow.tls.TlsPair.MPLEX;
import static io.ethpeerflow.tls.TlsPair.YAMUX;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.wire.crypto.KeyType;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TlsHandshakeTest {
  static Stream<Arguments> engines() {
    return TlsPair.ENGINES.stream()
        .flatMap(client -> TlsPair.ENGINES.stream().map(server -> Arguments.of(client, server)));
  }

  static Stream<Arguments> enginesAndKeys() {
    var all = new ArrayList<Arguments>();
    engines()
        .forEach(
            pair -> {
              for (KeyType type : KeyType.values()) {
                all.add(Arguments.of(pair.get()[0], pair.get()[1], type));
              }
            });
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("enginesAndKeys")
  @Spec({"tls/peer-id", "tls/mutual", "tls/protocol-id"})
  void provesKeysOfAllTypesToBothSides(TlsEngine client, TlsEngine server, KeyType type) {
    try (var pair = TlsPair.of(client, server, LinkOptions.chunked(type.code()))) {
      pair.client.identity = TlsPair.key(type, 0);
      pair.server.identity = TlsPair.key(type, 1);
      pair.client.expected = pair.server.peer();
      pair.server.expected = pair.client.peer();
      pair.established();
      assertThat(pair.client.link().remoteKey()).isEqualTo(pair.server.identity.publicKey());
      assertThat(pair.server.link().remoteKey()).isEqualTo(pair.client.identity.publicKey());
      assertThat(pair.client.link().security()).isEqualTo(TlsSecurity.ID);
      assertThat(pair.client.link().earlyMuxer()).isEqualTo(YAMUX);
      assertThat(pair.server.link().earlyMuxer()).isEqualTo(YAMUX);
      pair.client.send("ping");
      pair.server.send("pong");
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("ping");
      assertThat(pair.client.received.text()).isEqualTo("pong");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void serverTakesDataThatComesInOnePieceWithTheEndOfTheHandshake(
      TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.server.start();
      pair.client.start();
      pair.client
          .result()
          .thenAccept(
              link -> {
                link.write(Unpooled.copiedBuffer("at once", StandardCharsets.UTF_8));
                link.flush();
              });
      pair.settle();
      pair.server.receive();
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("at once");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Spec("inlined-muxer/tls-order")
  void agreesOnTheClientsFirstMuxerThatTheServerHas(TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.client.muxers = List.of(MPLEX, YAMUX);
      pair.server.muxers = List.of(YAMUX, MPLEX);
      pair.handshake();
      assertThat(pair.client.link().earlyMuxer()).isEqualTo(MPLEX);
      assertThat(pair.server.link().earlyMuxer()).isEqualTo(MPLEX);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Spec("inlined-muxer/tls-fallback")
  void leavesTheMuxerOpenWhenOneSideOffersNone(TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.client.muxers = List.of();
      pair.handshake();
      assertThat(pair.client.link().earlyMuxer()).isNull();
      assertThat(pair.server.link().earlyMuxer()).isNull();
    }
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.client.muxers = List.of(MPLEX);
      pair.server.muxers = List.of(YAMUX);
      pair.handshake();
      assertThat(pair.client.link().earlyMuxer()).isNull();
      assertThat(pair.server.link().earlyMuxer()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Spec("tls/peer-id")
  void clientRefusesAnotherPeerThanItDialed(TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.client.expected = pair.client.peer();
      pair.handshake();
      assertThat(pair.client.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("the remote is " + pair.server.peer())
          .hasMessageContaining("expected was " + pair.client.peer());
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageMatching(".*alert (certificate_unknown|bad_certificate)");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Spec("tls/late-rejection")
  void clientLearnsOfARefusalAfterItsHandshake(TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.server.expected = pair.server.peer();
      pair.handshake();
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("the remote is " + pair.client.peer());
      pair.client.receive();
      pair.client.send("sent in vain");
      pair.server.closeRaw();
      pair.settle();
      assertThat(pair.client.received.ends()).isEqualTo(1);
      assertThat(pair.client.received.cause())
          .isInstanceOf(HandshakeException.class)
          .hasMessageMatching(".*alert (certificate_unknown|bad_certificate)");
    }
  }
}
