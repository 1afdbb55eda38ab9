package io.ethpeerflow.noise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseSecurityTest {
  private static final ProtocolId YAMUX = ProtocolId.of("/yamux/1.0.0");
  private static final ProtocolId MPLEX = ProtocolId.of("/mplex/6.7.0");
  private static final PrivateKey ALICE = key(KeyType.ED25519, 1);
  private static final PrivateKey BOB = key(KeyType.ED25519, 2);

  private final NoiseSecurity noise = new NoiseSecurity();
  private final Pipe pipe = new Pipe();
  private @Nullable CompletableFuture<SecureLink> a;
  private @Nullable CompletableFuture<SecureLink> b;

  private static PrivateKey key(KeyType type, long seed) {
    return PrivateKey.generate(type, new SeededSecureRandom(seed));
  }

  private static SecurityRequest request(
      Role role, PrivateKey identity, @Nullable PeerId expected, ProtocolId... muxers) {
    return new SecurityRequest(
        role,
        identity,
        expected,
        List.of(muxers),
        new SeededSecureRandom(role == Role.INITIATOR ? 5 : 6));
  }

  private void handshake(SecurityRequest atA, SecurityRequest atB) {
    pipe.run(
        () -> {
          a = noise.secure(pipe.a, atA);
          b = noise.secure(pipe.b, atB);
        });
  }

  private static ByteBuf buffer(String text) {
    return ByteBufAllocator.DEFAULT.buffer().writeBytes(text.getBytes(UTF_8));
  }

  private void finish() {
    pipe.run(
        () -> {
          pipe.a.abort();
          pipe.b.abort();
        });
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void provesIdentitiesOfEveryKeyTypeToEachOther(KeyType type) {
    PrivateKey alice = key(type, 3);
    PrivateKey bob = key(type, 4);
    handshake(
        request(Role.INITIATOR, alice, PeerId.of(bob.publicKey())),
        request(Role.RESPONDER, bob, PeerId.of(alice.publicKey())));
    assertThat(a.join().remoteKey()).isEqualTo(bob.publicKey());
    assertThat(b.join().remoteKey()).isEqualTo(alice.publicKey());
    assertThat(a.join().security()).isEqualTo(ProtocolId.of("/noise"));
    assertThat(a.join().earlyMuxer()).isNull();
    finish();
  }

  @Test
  void carriesBytesBothWays() {
    handshake(request(Role.INITIATOR, ALICE, null), request(Role.RESPONDER, BOB, null));
    var atA = new Collector();
    var atB = new Collector();
    pipe.run(
        () -> {
          a.join().receiver(atA);
          b.join().receiver(atB);
          a.join().write(buffer("hello"));
          a.join().flush();
          b.join().write(buffer("wor"));
          b.join().write(buffer("ld"));
          b.join().flush();
        });
    assertThat(new String(atA.bytes(), UTF_8)).isEqualTo("world");
    assertThat(new String(atB.bytes(), UTF_8)).isEqualTo("hello");
    finish();
  }

  @Test
  void choosesTheFirstOfTheInitiatorsMuxersThatTheResponderHas() {
    handshake(
        request(Role.INITIATOR, ALICE, null, MPLEX, YAMUX),
        request(Role.RESPONDER, BOB, null, YAMUX, MPLEX));
    assertThat(a.join().earlyMuxer()).isEqualTo(MPLEX);
    assertThat(b.join().earlyMuxer()).isEqualTo(MPLEX);
    finish();
  }

  @Test
  void leavesTheMuxerToNegotiationWhenOnlyOneSideOffersAny() {
    handshake(request(Role.INITIATOR, ALICE, null, YAMUX), request(Role.RESPONDER, BOB, null));
    assertThat(a.join().earlyMuxer()).isNull();
    assertThat(b.join().earlyMuxer()).isNull();
    finish();
  }

  @Test
  void refusesAPeerThatIsNotTheOneThatWasDialed() {
    handshake(
        request(Role.INITIATOR, ALICE, PeerId.of(ALICE.publicKey())),
        request(Role.RESPONDER, BOB, null));
    assertThatThrownBy(() -> a.join())
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining(PeerId.of(BOB.publicKey()).toString());
    assertThat(b).isNotDone();
    finish();
    assertThat(b).isCompletedExceptionally();
  }

  @Test
  void handsWhatFollowsTheHandshakeInTheSameChunkToTheRecordLayer() {
    var atB = new Collector();
    pipe.run(
        () -> {
          // message 3 and the first record leave in one flush
          a = noise.secure(pipe.a, request(Role.INITIATOR, ALICE, null));
          b = noise.secure(pipe.b, request(Role.RESPONDER, BOB, null));
          a.thenAccept(
              link -> {
                link.write(buffer("early"));
                link.flush();
              });
          b.thenAccept(link -> link.receiver(atB));
        });
    assertThat(new String(atB.bytes(), UTF_8)).isEqualTo("early");
    finish();
  }

  @Test
  void survivesAnyCutOfTheByteStream() {
    for (int seed = 0; seed < 50; seed++) {
      var cut = new Pipe(ByteBufAllocator.DEFAULT, new SeededRandom(seed));
      var atA = new Collector();
      var atB = new Collector();
      cut.run(
          () -> {
            noise
                .secure(cut.a, request(Role.INITIATOR, ALICE, null))
                .thenAccept(l -> speak(l, atA));
            noise.secure(cut.b, request(Role.RESPONDER, BOB, null)).thenAccept(l -> speak(l, atB));
          });
      assertThat(new String(atA.bytes(), UTF_8)).isEqualTo("hi");
      assertThat(new String(atB.bytes(), UTF_8)).isEqualTo("hi");
      cut.run(cut.a::abort);
    }
  }

  private static void speak(SecureLink link, Collector receiver) {
    link.receiver(receiver);
    link.write(buffer("hi"));
    link.flush();
  }

  @Test
  void reportsALateRefusalAsAFailedHandshake() {
    handshake(
        request(Role.INITIATOR, ALICE, null),
        request(Role.RESPONDER, BOB, PeerId.of(BOB.publicKey())));
    assertThat(b).isCompletedExceptionally();
    var atA = new Collector();
    pipe.run(
        () -> {
          a.join().receiver(atA);
          pipe.b.close();
        });
    assertThat(atA.ends).isEqualTo(1);
    assertThat(atA.cause).isInstanceOf(HandshakeException.class);
    finish();
  }
}
