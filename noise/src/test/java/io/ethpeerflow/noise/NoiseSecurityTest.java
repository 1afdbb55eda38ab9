package io.ethpeerflow.noise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.sim.MemoryLinkPair;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseSecurityTest {
  private static final ProtocolId YAMUX = ProtocolId.of("/yamux/1.0.0");
  private static final ProtocolId MPLEX = ProtocolId.of("/mplex/6.7.0");
  private static final PrivateKey ALICE = key(KeyType.ED25519, 1);
  private static final PrivateKey BOB = key(KeyType.ED25519, 2);

  private final NoiseSecurity noise = new NoiseSecurity();
  private final VirtualClock clock = new VirtualClock();
  private final SimLoop loop = new SimLoop(clock, "both ends");
  private MemoryLinkPair pair = new MemoryLinkPair(loop, loop);
  private CompletableFuture<SecureLink> a = new CompletableFuture<>();
  private CompletableFuture<SecureLink> b = new CompletableFuture<>();

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

  private static SecurityRequest alice(ProtocolId... muxers) {
    return request(Role.INITIATOR, ALICE, null, muxers);
  }

  private static SecurityRequest bob(ProtocolId... muxers) {
    return request(Role.RESPONDER, BOB, null, muxers);
  }

  private void run(Runnable step) {
    loop.run(step);
    clock.runUntilIdle(Duration.ofMinutes(1));
  }

  private void handshake(SecurityRequest atA, SecurityRequest atB) {
    run(
        () -> {
          a = noise.secure(pair.left(), atA);
          b = noise.secure(pair.right(), atB);
        });
  }

  private static ByteBuf buffer(String text) {
    return ByteBufAllocator.DEFAULT.buffer().writeBytes(text.getBytes(UTF_8));
  }

  @AfterEach
  void dropTheLinks() {
    run(
        () -> {
          pair.left().abort();
          pair.right().abort();
          for (var secured : List.of(a, b)) {
            if (secured.isDone() && !secured.isCompletedExceptionally()) {
              secured.join().abort();
            }
          }
        });
    pair.close();
  }

  @Spec({"noise/static-key-authentication", "noise/protocol-id"})
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
    assertThat(a.join().maxRecordBytes()).isEqualTo(65518);
  }

  @Test
  void carriesBytesBothWays() {
    handshake(alice(), bob());
    var atA = new Collector();
    var atB = new Collector();
    run(
        () -> {
          a.join().receiver(atA);
          b.join().receiver(atB);
          a.join().write(buffer("hello"));
          a.join().flush();
          b.join().write(buffer("wor"));
          b.join().write(buffer("ld"));
          b.join().flush();
        });
    assertThat(atA.text()).isEqualTo("world");
    assertThat(atB.text()).isEqualTo("hello");
  }

  @Test
  void letsTheListenerInitiate() {
    // a hole punch may turn the roles round: they are not bound to who dialed
    run(
        () -> {
          b =
              noise.secure(
                  pair.right(), request(Role.INITIATOR, BOB, PeerId.of(ALICE.publicKey())));
          a = noise.secure(pair.left(), request(Role.RESPONDER, ALICE, null));
        });
    assertThat(a.join().remoteKey()).isEqualTo(BOB.publicKey());
    assertThat(b.join().remoteKey()).isEqualTo(ALICE.publicKey());
  }

  @Spec("inlined-muxer/noise")
  @Test
  void choosesTheFirstOfTheInitiatorsMuxersThatTheResponderHas() {
    handshake(alice(MPLEX, YAMUX), bob(YAMUX, MPLEX));
    assertThat(a.join().earlyMuxer()).isEqualTo(MPLEX);
    assertThat(b.join().earlyMuxer()).isEqualTo(MPLEX);
  }

  @Spec("inlined-muxer/noise-fallback")
  @Test
  void leavesTheMuxerToNegotiationWhenOnlyOneSideOffersAny() {
    handshake(alice(YAMUX), bob());
    assertThat(a.join().earlyMuxer()).isNull();
    assertThat(b.join().earlyMuxer()).isNull();
  }

  @Spec("inlined-muxer/noise-fallback")
  @Test
  void leavesTheMuxerToNegotiationWhenThereIsNoneInCommon() {
    handshake(alice(YAMUX), bob(MPLEX));
    assertThat(a.join().earlyMuxer()).isNull();
    assertThat(b.join().earlyMuxer()).isNull();
  }

  @Spec("noise/peer-id-check")
  @Test
  void refusesAPeerThatIsNotTheOneThatWasDialed() {
    handshake(request(Role.INITIATOR, ALICE, PeerId.of(ALICE.publicKey())), bob());
    assertThatThrownBy(() -> a.join())
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining(PeerId.of(BOB.publicKey()).toString())
        .hasRootCauseInstanceOf(ProtocolViolation.class);
    assertThat(b).isNotDone();
    run(pair.left()::abort);
    assertThatThrownBy(() -> b.join()).hasCauseInstanceOf(HandshakeException.class);
  }

  @Test
  @Spec("noise/wire-format")
  void survivesAnyCutOfTheByteStreamAndAnythingThatFollowsTheHandshakeAtOnce() {
    for (int seed = 0; seed < 60; seed++) {
      var options = LinkOptions.chunked(seed).withChunks(1, seed % 3 == 0 ? 5 : 400);
      pair = new MemoryLinkPair(loop, loop, options);
      var atA = new Collector();
      var atB = new Collector();
      run(
          () -> {
            a = noise.secure(pair.left(), alice());
            b = noise.secure(pair.right(), bob());
            a.thenAccept(link -> speak(link, "hi there, responder", atA));
            b.thenAccept(link -> speak(link, "hi there, initiator", atB));
          });
      assertThat(atA.text()).isEqualTo("hi there, initiator");
      assertThat(atB.text()).isEqualTo("hi there, responder");
      dropTheLinks();
    }
  }

  private static void speak(SecureLink link, String text, Collector receiver) {
    link.receiver(receiver);
    link.write(buffer(text));
    link.flush();
  }

  @Test
  void keepsWhatArrivesUntilThereIsAReceiver() {
    var atB = new Collector();
    handshake(alice(), bob());
    run(
        () -> {
          a.join().write(buffer("one"));
          a.join().flush();
        });
    run(
        () -> {
          a.join().write(buffer("two"));
          a.join().flush();
        });
    run(() -> b.join().receiver(atB));
    assertThat(atB.text()).isEqualTo("onetwo");
    assertThat(atB.readCompletes).isPositive();
  }

  @Test
  void reportsALateRefusalAsAFailedHandshake() {
    handshake(alice(), request(Role.RESPONDER, BOB, PeerId.of(BOB.publicKey())));
    assertThat(b).isCompletedExceptionally();
    var atA = new Collector();
    run(
        () -> {
          a.join().receiver(atA);
          pair.right().close();
        });
    assertThat(atA.ends).isEqualTo(1);
    assertThat(atA.cause)
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("first record");
  }

  @Test
  void failsWhenTheRemoteLeavesDuringTheHandshake() {
    run(() -> a = noise.secure(pair.left(), alice()));
    run(pair.right()::close);
    assertThatThrownBy(() -> a.join())
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining("ended the connection during the handshake");
  }

  @Test
  void stopsWhenItsResultIsCancelled() {
    run(
        () -> {
          a = noise.secure(pair.left(), alice());
          a.cancel(false);
          b = noise.secure(pair.right(), bob());
        });
    assertThat(a).isCancelled();
    // it answers nothing any more
    assertThat(b).isNotDone();
    run(pair.left()::close);
    assertThat(b).isCompletedExceptionally();
  }

  @Spec("noise/prologue")
  @Test
  void bindsTheHandshakeToItsPrologue() {
    byte[] same = {1, 2, 3};
    run(
        () -> {
          a = noise.secure(pair.left(), alice(), same);
          b = noise.secure(pair.right(), bob(), same.clone());
        });
    assertThat(b.join().remoteKey()).isEqualTo(ALICE.publicKey());
    dropTheLinks();
    pair = new MemoryLinkPair(loop, loop);
    run(
        () -> {
          a = noise.secure(pair.left(), alice(), same);
          b = noise.secure(pair.right(), bob(), new byte[] {1, 2, 4});
        });
    assertThatThrownBy(() -> a.join())
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining("does not authenticate");
  }

  @Test
  @Spec("noise/wire-format")
  void refusesAMessageThatIsAnnouncedTooLongBeforeItArrives() {
    var link = new ScriptedLink();
    link.loop.run(() -> b = noise.secure(link, bob()));
    link.arrive(new byte[] {0, 33});
    assertThatThrownBy(() -> b.join())
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining("33 bytes announced, at most 32 allowed");
    var dialing = new ScriptedLink();
    dialing.loop.run(() -> a = noise.secure(dialing, alice()));
    dialing.arrive(new byte[] {(byte) 0xff, (byte) 0xff});
    assertThatThrownBy(() -> a.join())
        .hasMessageContaining("65535 bytes announced, at most " + (96 + (16 << 10)) + " allowed");
  }

  @Test
  void checksItsLimits() {
    assertThatThrownBy(() -> NoiseConfig.DEFAULT.withMaxHandshakePayloadBytes(511))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("511");
    assertThatThrownBy(() -> NoiseConfig.DEFAULT.withMaxMuxers(1001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NoiseConfig.DEFAULT.withMaxRecordBytes(65520))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(NoiseConfig.DEFAULT.withMaxRecordBytes(65519).maxRecordBytes()).isEqualTo(65519);
  }
}
