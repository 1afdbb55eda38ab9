package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.event.HostEvent.PeerIdentified;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.interop.ours.InteropProtocols;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What each side tells the other of itself, and whether it still answers. */
class IdentifyInteropTest {
  private static final int PINGS = 100;
  private static final AtomicInteger PUSHED = new AtomicInteger();

  @RegisterExtension static final Lab LAB = new Lab();

  @TestFactory
  Stream<DynamicTest> eachSideLearnsWhoTheOtherIs() {
    return LAB.tests(
        "identify",
        Stack.ALL,
        meeting -> {
          meeting.dial();
          checkWhatWeLearned(meeting);
          PeerIdentified identified = meeting.ours().identified(meeting.peerId());
          assertThat(identified.listenAddresses()).containsAll(meeting.peerInfo().addresses());
        },
        meeting -> {
          JsonNode ofUs = meeting.theirs("identify");
          assertThat(ofUs.get("agentVersion").asString())
              .isEqualTo(HostConfig.DEFAULT.agentVersion());
          assertThat(texts(ofUs.get("protocols")))
              .containsExactlyInAnyOrderElementsOf(
                  meeting.host().protocols().stream().map(ProtocolId::name).toList());
          String ourAddress = meeting.ours().address(meeting.peer().ourIp()).toString();
          assertThat(texts(ofUs.get("listenAddrs")))
              .anyMatch(address -> address.startsWith(ourAddress));
          assertThat(ofUs.path("observedAddr").asString()).contains(transportPart(meeting));
          checkWhatWeLearned(meeting);
        });
  }

  private static void checkWhatWeLearned(Meeting meeting) {
    PeerIdentified identified = meeting.ours().identified(meeting.peerId());
    assertThat(identified.agentVersion().toLowerCase(Locale.ROOT))
        .contains(meeting.implementation().agent());
    assertThat(identified.protocols())
        .contains(Echo.PROTOCOL, InteropProtocols.SINK, InteropProtocols.SLOW);
    assertThat(String.valueOf(identified.observedAddress())).contains(observedPart(meeting));
    assertThat(meeting.host().peerstore().protocols(meeting.peerId())).contains(Echo.PROTOCOL);
    assertThat(meeting.host().peerstore().agentVersion(meeting.peerId()))
        .contains(identified.agentVersion());
  }

  private static String transportPart(Meeting meeting) {
    return "/" + meeting.stack().transportName();
  }

  /** A part of the address at which they say that they see us. */
  private static String observedPart(Meeting meeting) {
    return meeting.implementation() == Implementation.PY ? "/tcp" : transportPart(meeting);
  }

  @TestFactory
  Stream<DynamicTest> aNewProtocolIsPushed() {
    return LAB.tests(
        "push by them",
        Stack.ONE_PER_TRANSPORT,
        meeting -> {
          meeting.dial();
          checkTheirPush(meeting);
        },
        meeting -> {
          meeting.theirs("connect");
          checkTheirPush(meeting);
        });
  }

  private static void checkTheirPush(Meeting meeting) {
    meeting.ours().identified(meeting.peerId());
    ProtocolId fresh = freshProtocol();
    assertThat(meeting.host().peerstore().protocols(meeting.peerId())).doesNotContain(fresh);
    meeting.peer().ask(OurHost.LIMIT, "handle", "protocol", fresh.name());
    Await.until(
        "push of " + fresh,
        OurHost.LIMIT,
        () -> meeting.host().peerstore().protocols(meeting.peerId()).contains(fresh));
  }

  @TestFactory
  Stream<DynamicTest> aNewProtocolOfOursIsPushedAndItsEndToo() {
    return LAB.tests(
        "push by us",
        Stack.ONE_PER_TRANSPORT,
        meeting -> {
          meeting.dial();
          checkOurPush(meeting);
        },
        meeting -> {
          meeting.theirs("connect");
          checkOurPush(meeting);
        });
  }

  private static void checkOurPush(Meeting meeting) {
    awaitKnown(meeting, Echo.PROTOCOL, true);
    ProtocolId fresh = freshProtocol();
    Registration served = meeting.host().handle(fresh, Echo::echo);
    awaitKnown(meeting, fresh, true);
    served.close();
    awaitKnown(meeting, fresh, false);
  }

  private static void awaitKnown(Meeting meeting, ProtocolId protocol, boolean expected) {
    Await.until(
        protocol + (expected ? " known" : " forgotten"),
        OurHost.LIMIT,
        () ->
            texts(
                        meeting
                            .peer()
                            .ask(OurHost.LIMIT, "known", "peer", meeting.ours().id().toString())
                            .get("protocols"))
                    .contains(protocol.name())
                == expected);
  }

  private static ProtocolId freshProtocol() {
    return ProtocolId.of("/interop/pushed/" + PUSHED.incrementAndGet());
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
  }

  @TestFactory
  Stream<DynamicTest> aHundredPingsAreAnswered() {
    return LAB.tests(
        "ping",
        Stack.ALL,
        meeting -> assertThat(meeting.client().ping(PINGS)).isEqualTo(PINGS),
        meeting ->
            assertThat(meeting.theirs("ping", "count", PINGS).get("count").asInt())
                .isEqualTo(PINGS));
  }
}
