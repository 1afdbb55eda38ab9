package io.ethpeerflow.host.identify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.StreamWire;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host that tells of its changes, and a peer that takes pushes, refuses them or takes its time.
 */
@Timeout(60)
class IdentifyPushTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int RETRIES = 2;
  private static final int PROTOCOLS = 3;
  private static final int PINGS = 20;
  private static final ProtocolId FIRST = ProtocolId.of("/first/1.0.0");
  private static final ProtocolId SECOND = ProtocolId.of("/second/1.0.0");

  private Host host;
  private RawPeer peer;

  @BeforeEach
  void start() {
    var push = new PushConfig(1, Duration.ofMillis(1), RETRIES, Duration.ofMillis(5));
    host =
        Await.done(
            LIMIT,
            Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .config(
                    HostConfig.DEFAULT.withIdentify(
                        IdentifyConfig.DEFAULT.withTimeout(TIMEOUT).withPush(push)))
                .start());
    InetSocketAddress address =
        Objects.requireNonNull(host.addrInfo().addresses().get(0).socketAddress());
    peer = RawPeer.reach(HandshakeStage.ESTABLISHED, address, Identity.create(), LIMIT);
  }

  @AfterEach
  void stop() {
    peer.close();
    host.close();
  }

  /** Answers the host's question: a peer that speaks what is given and nothing else. */
  private void identifyAs(ProtocolId spoken) {
    StreamWire asked = peer.accept();
    asked.write(Bytes.framed(Bytes.field(PROTOCOLS, spoken.toString().getBytes(US_ASCII))));
    close(asked);
    Await.until("identified", LIMIT, () -> host.peerstore().protocols(remote()).contains(spoken));
  }

  private PeerId remote() {
    return host.connections().iterator().next().remotePeer();
  }

  private void close(StreamWire stream) {
    peer.send(YamuxFrame.data(YamuxFrame.FIN, stream.id(), new byte[0]));
  }

  private void refuse(StreamWire stream, StreamErrorCode code) {
    peer.send(YamuxFrame.update(YamuxFrame.RST, stream.id(), code.value()));
  }

  private static Set<ProtocolId> read(StreamWire push) throws WireFormatException {
    var merger = new IdentifyMessage.Merger(IdentifyConfig.DEFAULT);
    merger.add(Unpooled.wrappedBuffer(push.read((int) Bytes.readUvarint(push))));
    return Set.copyOf(merger.merged().protocols());
  }

  /** Some round trips, in which the host opens no stream. */
  private void assertQuiet() {
    for (int i = 0; i < PINGS; i++) {
      int id = peer.openUnanswered(RawPeer.PING);
      peer.await(
          frame -> {
            assertThat(frame.has(YamuxFrame.SYN) && frame.type() == YamuxFrame.DATA)
                .as("a stream of the host's")
                .isFalse();
            return frame.streamId() == id && frame.payload().length > 0;
          });
      peer.send(YamuxFrame.update(YamuxFrame.RST, id, 0));
    }
  }

  @Test
  @Spec("identify/push")
  void isRepeatedWithTheLatestStateWhenThePeerHadEnough() throws WireFormatException {
    identifyAs(Identify.PUSH);
    Registration served = host.handle(FIRST, Echo::echo);
    refuse(peer.accept(), StreamErrorCode.RATE_LIMITED);
    host.handle(SECOND, Echo::echo);
    served.close();
    Set<ProtocolId> told = Set.of();
    while (!told.contains(SECOND) || told.contains(FIRST)) {
      StreamWire push = peer.accept();
      told = read(push);
      close(push);
    }
    assertQuiet();
  }

  @Test
  void isGivenUpAfterSomeRepetitionsUntilTheNextChange() throws WireFormatException {
    identifyAs(Identify.PUSH);
    host.handle(FIRST, Echo::echo);
    for (int i = 0; i <= RETRIES; i++) {
      refuse(peer.accept(), StreamErrorCode.RESOURCE_LIMIT);
    }
    assertQuiet();
    host.handle(SECOND, Echo::echo);
    assertThat(read(peer.accept())).contains(FIRST, SECOND);
  }

  @Test
  void isNotRepeatedForAResetThatSaysNothing() throws WireFormatException {
    identifyAs(Identify.PUSH);
    host.handle(FIRST, Echo::echo);
    StreamWire push = peer.accept();
    assertThat(read(push)).contains(FIRST);
    refuse(push, StreamErrorCode.NO_ERROR);
    assertQuiet();
  }

  @Test
  void waitsForTheEndOfTheOneBefore() throws WireFormatException {
    identifyAs(Identify.PUSH);
    host.handle(FIRST, Echo::echo);
    StreamWire first = peer.accept();
    assertThat(read(first)).contains(FIRST).doesNotContain(SECOND);
    host.handle(SECOND, Echo::echo);
    assertQuiet();
    close(first);
    assertThat(read(peer.accept())).contains(FIRST, SECOND);
  }

  @Test
  void doesNotWaitLongForAPeerThatNeverEndsIts() throws WireFormatException {
    identifyAs(Identify.PUSH);
    host.handle(FIRST, Echo::echo);
    StreamWire first = peer.accept();
    assertThat(read(first)).contains(FIRST);
    host.handle(SECOND, Echo::echo);
    assertThat(read(peer.accept())).contains(FIRST, SECOND);
  }

  @Test
  void waitsUntilThePeerHasSaidThatItTakesPushes() throws WireFormatException {
    StreamWire asked = peer.accept();
    host.handle(FIRST, Echo::echo);
    assertQuiet();
    asked.write(Bytes.framed(Bytes.field(PROTOCOLS, Identify.PUSH.toString().getBytes(US_ASCII))));
    close(asked);
    assertThat(read(peer.accept())).contains(FIRST);
  }

  @Test
  void isNotSentToAPeerThatDoesNotSpeakIt() {
    identifyAs(FIRST);
    host.handle(SECOND, Echo::echo);
    assertQuiet();
  }
}
