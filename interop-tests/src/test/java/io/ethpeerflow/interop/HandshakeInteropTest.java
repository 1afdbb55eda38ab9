package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.interop.Lab.Cast;
import io.ethpeerflow.interop.ours.HostSetup;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.PeerOptions;
import io.ethpeerflow.interop.peer.PeerProgram;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** From a socket to a connection: security, muxer, identities. */
class HandshakeInteropTest {
  private static final int RECONNECTS = 10;

  @RegisterExtension static final Lab LAB = new Lab();

  @TestFactory
  Stream<DynamicTest> bothTakeTheMuxerFromTheHandshakeWhereBothCan() {
    return muxer("early muxer", true, true);
  }

  @TestFactory
  Stream<DynamicTest> theMuxerIsNegotiatedAfterTheHandshakeWhenWeDoNotOfferIt() {
    return muxer("late muxer by us", false, true);
  }

  @TestFactory
  Stream<DynamicTest> theMuxerIsNegotiatedAfterTheHandshakeWhenTheyDoNotOfferIt() {
    return muxer("late muxer by them", true, false);
  }

  private static Stream<DynamicTest> muxer(
      String scenario, boolean oursEarly, boolean theirsEarly) {
    Cast cast =
        (lab, implementation, direction, stack) ->
            lab.meeting(
                implementation,
                direction,
                HostSetup.of(stack).withEarlyMuxer(oursEarly),
                PeerOptions.DEFAULT.withEarlyMuxer(theirsEarly));
    return LAB.tests(
        scenario,
        Stack.OVER_TCP,
        cast,
        meeting -> {
          meeting.check(meeting.dial());
          checkEarly(meeting, oursEarly && theirsEarly);
          assertThat(meeting.client().echo(100_000).bytes()).isEqualTo(100_000);
        },
        meeting -> {
          JsonNode answer = meeting.theirs("connect");
          assertThat(answer.get("peer").asString()).isEqualTo(meeting.ours().id().toString());
          meeting.check(meeting.dialedByThem());
          checkEarly(meeting, oursEarly && theirsEarly);
          if (answer.hasNonNull("security")) {
            assertThat(answer.get("security").asString()).isEqualTo(meeting.stack().security());
          }
          if (answer.hasNonNull("early")) {
            assertThat(answer.get("early").asBoolean())
                .isEqualTo(meeting.ours().usedEarlyMuxer(meeting.peerId()));
          }
          assertThat(meeting.theirs("echo", "bytes", 100_000).get("bytes").asInt())
              .isEqualTo(100_000);
        });
  }

  private static void checkEarly(Meeting meeting, boolean bothOffer) {
    assertThat(meeting.ours().usedEarlyMuxer(meeting.peerId()))
        .isEqualTo(bothOffer && meeting.implementation().negotiatesMuxerEarly());
  }

  @TestFactory
  Stream<DynamicTest> theyKnowUsByAKeyOfAnyType() {
    return Stream.of(KeyType.values())
        .flatMap(
            type ->
                keyType("our key " + type.name().toLowerCase(Locale.ROOT), type, KeyType.ED25519));
  }

  @TestFactory
  Stream<DynamicTest> weKnowThemByAKeyOfAnyType() {
    return Stream.of(KeyType.values())
        .flatMap(
            type ->
                keyType(
                    "their key " + type.name().toLowerCase(Locale.ROOT), KeyType.ED25519, type));
  }

  private static Stream<DynamicTest> keyType(String scenario, KeyType ours, KeyType theirs) {
    Cast cast =
        (lab, implementation, direction, stack) ->
            lab.meeting(
                implementation,
                direction,
                HostSetup.of(stack).withKeyType(ours),
                PeerOptions.DEFAULT.withKeyType(theirs));
    return LAB.tests(
        scenario,
        Stack.ALL,
        cast,
        meeting -> {
          Connection connection = meeting.dial();
          meeting.check(connection);
          assertThat(connection.remotePeer()).isEqualTo(meeting.peerId());
          assertThat(meeting.client().ping(1)).isEqualTo(1);
          meeting.ours().identified(meeting.peerId());
          assertThat(meeting.host().peerstore().publicKey(meeting.peerId()).orElseThrow().type())
              .isEqualTo(theirs);
        },
        meeting -> {
          assertThat(meeting.theirs("connect").get("peer").asString())
              .isEqualTo(meeting.ours().id().toString());
          Connection connection = meeting.dialedByThem();
          meeting.check(connection);
          assertThat(connection.remotePeer()).isEqualTo(meeting.peerId());
          assertThat(meeting.theirs("ping", "count", 1).get("count").asInt()).isEqualTo(1);
        });
  }

  @TestFactory
  Stream<DynamicTest> aPeerThatIsNotWhoWasDialedIsRefused() {
    return LAB.tests(
        "wrong peer id",
        Stack.ALL,
        meeting -> {
          PeerId other = someoneElse();
          AddrInfo wrong = new AddrInfo(other, meeting.peerInfo().addresses());
          Throwable refused =
              Await.failure(OurHost.LIMIT, meeting.host().connect(wrong, DialOptions.DEFAULT));
          assertThat(refused).isInstanceOf(DialException.class);
          assertThat(refused).hasMessageContaining(meeting.peerId().toString());
          assertThat(meeting.host().connections(other)).isEmpty();
        },
        meeting -> {
          String wrong =
              meeting.ours().address(meeting.peer().ourIp()).withPeerId(someoneElse()).toString();
          meeting
              .peer()
              .failure(
                  meeting.peer().askLater("connect", "addr", wrong), PeerProgram.COMMAND_LIMIT);
          assertThat(meeting.peer().isAlive()).isTrue();
        });
  }

  private static PeerId someoneElse() {
    return PeerId.of(PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey());
  }

  @TestFactory
  Stream<DynamicTest> connectionsCanBeClosedAndDialedAgain() {
    return LAB.tests(
        RECONNECTS + " dials",
        Stack.ALL,
        meeting -> {
          for (int i = 0; i < RECONNECTS; i++) {
            Connection connection =
                Await.done(
                    OurHost.LIMIT,
                    meeting
                        .host()
                        .connect(meeting.peerInfo(), DialOptions.DEFAULT.withForceNew(true)));
            assertThat(meeting.client(connection).echo(32).bytes()).isEqualTo(32);
            connection.close(ConnectionErrorCode.NO_ERROR);
            Await.done(OurHost.LIMIT, connection.closed());
          }
        },
        meeting ->
            assertThat(meeting.theirs("dials", "count", RECONNECTS).get("count").asInt())
                .isEqualTo(RECONNECTS));
  }
}
