package io.ethpeerflow.tls;

import static io.ethpeerflow.tls.TlsPair.YAMUX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TlsSecurityTest {
  static final List<TlsEngine> ENGINES = TlsPair.ENGINES;

  @AfterEach
  void forgetTheEngine() {
    System.clearProperty(TlsConfig.ENGINE_PROPERTY);
  }

  private static TlsPair pair(TlsEngine engine) {
    return TlsPair.of(engine, engine, LinkOptions.DEFAULT);
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec({"tls/no-sni", "tls/alpn", "tls/version", "inlined-muxer/tls-last"})
  void saysInItsHelloWhatTheSpecificationWants(TlsEngine engine) {
    try (var pair = pair(engine)) {
      var hello = new ArrayList<byte[]>();
      pair.server.raw.tamper(
          bytes -> {
            hello.add(bytes);
            return new byte[0];
          });
      pair.server.start();
      pair.client.start();
      pair.settle();
      var extensions = TlsHello.extensions(hello.get(0));
      assertThat(extensions).doesNotContainKey(0);
      assertThat(extensions.get(43)).containsExactly(2, 3, 4);
      byte[] alpn = extensions.get(16);
      assertThat(new String(alpn, StandardCharsets.US_ASCII))
          .isEqualTo("\0\u0014\f/yamux/1.0.0\u0006libp2p");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/no-tickets")
  void givesNoTicketToAClient(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.server.start();
      pair.client.start();
      var whenDone = new AtomicLong();
      pair.client.result().thenRun(() -> whenDone.set(pair.client.raw.receivedBytes()));
      pair.settle();
      pair.client.receive();
      pair.settle();
      assertThat(whenDone).hasPositiveValue();
      assertThat(pair.client.raw.receivedBytes()).isEqualTo(whenDone.get());
      assertThat(pair.server.link().remoteKey()).isNotNull();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void makesOneCertificateForAnIdentity(TlsEngine engine) {
    try (var first = pair(engine);
        var second = new TlsPair()) {
      first.handshake();
      second.client.security = first.client.security;
      second.server.security = first.server.security;
      second.handshake();
      second.client.link();
      second.server.link();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void servesAnotherIdentityToo(TlsEngine engine) {
    try (var first = pair(engine);
        var second = new TlsPair()) {
      first.handshake();
      second.server.security = first.server.security;
      second.server.identity = TlsPair.key(KeyType.SECP256K1, 0);
      second.handshake();
      assertThat(second.client.link().remoteKey())
          .isEqualTo(TlsPair.key(KeyType.SECP256K1, 0).publicKey());
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void offersAnyNumberOfDifferentMuxerLists(TlsEngine engine) {
    try (var security = TlsPair.security(engine)) {
      for (int i = 0; i < 20; i++) {
        try (var pair = new TlsPair()) {
          ProtocolId muxer = ProtocolId.of("/muxer/" + i);
          pair.client.security = security;
          pair.server.security = TlsPair.security(TlsEngine.JDK);
          pair.client.muxers = List.of(muxer);
          pair.server.muxers = List.of(YAMUX, muxer);
          pair.handshake();
          assertThat(pair.client.link().earlyMuxer()).isEqualTo(muxer);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void runsSignaturesOnTheExecutorItIsGiven(TlsEngine engine) {
    var queue = new ArrayDeque<Runnable>();
    try (var pair = pair(engine)) {
      var config = TlsConfig.DEFAULT.withEngine(engine);
      pair.client.security = new TlsSecurity(config, TlsPair.TIME, queue::add);
      pair.server.security = new TlsSecurity(config, TlsPair.TIME, queue::add);
      pair.handshake();
      int ran = 0;
      while (!queue.isEmpty()) {
        queue.remove().run();
        ran++;
        pair.settle();
      }
      assertThat(ran).isGreaterThanOrEqualTo(engine == TlsEngine.CONSCRYPT ? 0 : 2);
      pair.client.receive();
      pair.server.receive();
      pair.client.send("done");
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("done");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec({"tls/peer-id", "tls/late-rejection"})
  void refusesAnotherPeerInATaskToo(TlsEngine engine) {
    for (boolean atClient : new boolean[] {true, false}) {
      try (var pair = pair(engine)) {
        TlsPair.Side refusing = atClient ? pair.client : pair.server;
        TlsPair.Side refused = atClient ? pair.server : pair.client;
        refusing.security =
            new TlsSecurity(TlsConfig.DEFAULT.withEngine(engine), TlsPair.TIME, Runnable::run);
        refusing.expected = refusing.peer();
        pair.handshake();
        assertThat(refusing.failure())
            .isInstanceOf(HandshakeException.class)
            .hasMessageContaining("the remote is " + refused.peer());
      }
    }
  }

  @Test
  void failsWhenTheExecutorRefusesATask() {
    try (var pair = pair(TlsEngine.JDK)) {
      pair.server.security =
          new TlsSecurity(
              TlsConfig.DEFAULT.withEngine(TlsEngine.JDK),
              TlsPair.TIME,
              task -> {
                throw new RejectedExecutionException("shut down");
              });
      pair.handshake();
      assertThat(pair.server.failure())
          .isInstanceOf(HandshakeException.class)
          .hasMessageContaining("executor");
    }
  }

  @Test
  void aTaskThatEndsAfterACancellationHarmsNobody() {
    var queue = new ArrayDeque<Runnable>();
    try (var pair = pair(TlsEngine.JDK)) {
      pair.server.security =
          new TlsSecurity(TlsConfig.DEFAULT.withEngine(TlsEngine.JDK), TlsPair.TIME, queue::add);
      pair.handshake();
      assertThat(queue).isNotEmpty();
      pair.serverLoop.run(() -> pair.server.result().cancel(false));
      pair.settle();
      queue.remove().run();
      pair.settle();
      assertThat(pair.server.result()).isCancelled();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void canBeCancelledAtAnyPoint(TlsEngine engine) {
    for (int after : new int[] {0, 1, 100, 700, 1200, 1500, 1900}) {
      for (boolean atClient : new boolean[] {true, false}) {
        try (var pair = pair(engine)) {
          TlsPair.Side side = atClient ? pair.client : pair.server;
          pair.server.start();
          pair.client.start();
          side.raw.tamper(bytes -> java.util.Arrays.copyOf(bytes, Math.min(bytes.length, after)));
          pair.settle();
          side.loop.run(() -> side.result().cancel(false));
          pair.settle();
          if (!side.result().isCancelled()) {
            continue;
          }
          side.closeRaw();
          pair.settle();
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void failsWhenTheLinkEndsInMidHandshake(TlsEngine engine) {
    for (int after : new int[] {0, 1, 100, 250}) {
      try (var pair = pair(engine)) {
        pair.server.raw.cutAfterReceiving(after);
        pair.handshake();
        assertThat(pair.server.failure()).isInstanceOf(HandshakeException.class);
        assertThat(pair.client.failure())
            .isInstanceOf(HandshakeException.class)
            .hasMessageContaining("the link ended after");
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void takesWhatFollowedItsHandshakeInOneChunk(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.server.start();
      pair.client.start();
      pair.client
          .result()
          .thenAccept(
              link -> {
                ByteBuf data =
                    Unpooled.copiedBuffer("behind the last flight", StandardCharsets.UTF_8);
                link.write(data);
                link.flush();
              });
      pair.server.result().thenAccept(link -> link.receiver(pair.server.received));
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("behind the last flight");
    }
  }

  @Test
  void takesTheEngineThatTheSystemPropertyNames() {
    System.setProperty(TlsConfig.ENGINE_PROPERTY, "jdk");
    assertThatCode(() -> new TlsSecurity(TlsPair.TIME)).doesNotThrowAnyException();
    System.setProperty(TlsConfig.ENGINE_PROPERTY, "schannel");
    assertThatThrownBy(() -> new TlsSecurity(TlsPair.TIME))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(TlsConfig.ENGINE_PROPERTY)
        .hasMessageContaining("schannel");
    assertThatCode(() -> TlsPair.security(TlsEngine.JDK)).doesNotThrowAnyException();
  }

  @Test
  void preparesItsCertificateAhead() {
    try (var security = new TlsSecurity(TlsPair.TIME);
        var pair = new TlsPair()) {
      security.prepare(pair.client.identity, TlsPair.RANDOM);
      pair.client.security = security;
      pair.handshake();
      assertThat(pair.client.link().remoteKey()).isEqualTo(pair.server.identity.publicKey());
    }
  }

  @Test
  void configurationsAreChecked() {
    TlsConfig ok = TlsConfig.DEFAULT;
    assertThatThrownBy(() -> ok.withMaxHandshakeBytes(4095)).hasMessageContaining("4095");
    assertThatThrownBy(() -> ok.withMaxHandshakeBytes((1 << 20) + 1))
        .hasMessageContaining("1048576");
    assertThatThrownBy(() -> ok.withRecordsPerFrame(0)).hasMessageContaining("recordsPerFrame");
    assertThatThrownBy(() -> ok.withRecordsPerFrame(17)).hasMessageContaining("16");
    assertThat(ok.withEngine(TlsEngine.JDK).withMaxHandshakeBytes(8192).withRecordsPerFrame(1))
        .isEqualTo(new TlsConfig(TlsEngine.JDK, 8192, 1));
  }
}
