package io.ethpeerflow.host.identify;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.MessageStream;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.record.PeerRecord;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Identify and push between two hosts, one of which also speaks them by hand. */
@Timeout(60)
class IdentifyTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final IdentifyConfig WITHOUT_OWN_PUSHES =
      IdentifyConfig.DEFAULT.withPush(PushConfig.DEFAULT.withDelay(Duration.ofHours(1)));
  private static final ProtocolId OTHER = ProtocolId.of("/other/1.0.0");

  private final LinkedBlockingQueue<HostEvent.PeerIdentified> identified =
      new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<HostEvent.IdentifyFailed> failed = new LinkedBlockingQueue<>();
  private final PrivateKey identity = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
  private Host listener;
  private Host dialer;
  private Connection connection;

  @BeforeEach
  void start() throws InterruptedException {
    listener = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    dialer =
        Await.done(
            LIMIT,
            Libp2p.host()
                .identity(identity)
                .listen("/ip4/127.0.0.1/tcp/0")
                .config(HostConfig.DEFAULT.withIdentify(WITHOUT_OWN_PUSHES))
                .start());
    listener.on(HostEvent.PeerIdentified.class, identified::add);
    listener.on(HostEvent.IdentifyFailed.class, failed::add);
    connection = Await.done(LIMIT, dialer.connect(listener.addrInfo()));
    next(identified);
  }

  @AfterEach
  void stop() {
    dialer.close();
    listener.close();
  }

  private static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
    return Objects.requireNonNull(queue.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "no event");
  }

  private IdentifyMessage ask() throws WireFormatException {
    Stream stream = Await.done(LIMIT, connection.openStream(Identify.PROTOCOL));
    stream.closeWrite();
    MessageStream messages = stream.messages(8192);
    var merger = new IdentifyMessage.Merger(IdentifyConfig.DEFAULT);
    ByteBuf message = Await.done(LIMIT, messages.receive());
    merger.add(message);
    message.release();
    assertThat(Await.done(LIMIT, messages.receive())).isNull();
    assertThat(Await.done(LIMIT, stream.closed())).isInstanceOf(StreamEnd.Finished.class);
    return merger.merged();
  }

  private Stream push(Consumer<ProtoWriter> fields) {
    Stream stream = Await.done(LIMIT, connection.openStream(Identify.PUSH));
    stream.messages(8192).send(Unpooled.wrappedBuffer(ProtoWriter.bytesOf(fields)));
    stream.closeWrite();
    return stream;
  }

  @Test
  @Spec("identify/exchange")
  void answersWithOneMessageAndCloses() throws WireFormatException {
    IdentifyMessage message = ask();
    assertThat(message.publicKey()).isEqualTo(listener.peerstore().publicKey(listener.id()).get());
    assertThat(message.listenAddresses()).isEqualTo(listener.addrInfo().addresses());
    assertThat(message.agentVersion()).isEqualTo(HostConfig.DEFAULT.agentVersion());
    assertThat(message.signedRecord()).isNotNull();
  }

  @Test
  @Spec("identify/protocols")
  void listsWhatIsServedNowAndNothingElse() throws WireFormatException {
    Set<ProtocolId> always = Set.of(Identify.PROTOCOL, Identify.PUSH, Ping.PROTOCOL);
    assertThat(ask().protocols()).containsExactlyInAnyOrderElementsOf(always);
    Registration served = Echo.serve(listener);
    assertThat(ask().protocols()).contains(Echo.PROTOCOL).hasSize(always.size() + 1);
    served.close();
    assertThat(ask().protocols()).containsExactlyInAnyOrderElementsOf(always);
  }

  @Test
  @Spec("identify/push-partial")
  void aPushChangesOnlyWhatItNames() throws InterruptedException {
    List<Multiaddr> addresses = listener.peerstore().addresses(dialer.id());
    assertThat(addresses).isNotEmpty();
    push(out -> out.string(3, OTHER.toString()));
    assertThat(next(identified).protocols()).containsExactly(OTHER);
    assertThat(listener.peerstore().protocols(dialer.id())).containsExactly(OTHER);
    assertThat(listener.peerstore().addresses(dialer.id())).isEqualTo(addresses);
    assertThat(listener.peerstore().signedRecord(dialer.id())).isPresent();
    assertThat(listener.peerstore().agentVersion(dialer.id()))
        .hasValue(HostConfig.DEFAULT.agentVersion());

    push(out -> out.string(6, "another/2"));
    assertThat(next(identified).protocols()).containsExactly(OTHER);
    assertThat(listener.peerstore().agentVersion(dialer.id())).hasValue("another/2");
  }

  @Test
  @Spec("identify/protocol-version")
  void anyProtocolVersionIsWelcome() throws InterruptedException, WireFormatException {
    push(out -> out.string(5, "/another-network/9.0.0"));
    assertThat(next(identified).protocolVersion()).isEqualTo("/another-network/9.0.0");
    assertThat(ask().publicKey()).isNotNull();
    assertThat(connection.closed()).isNotDone();
  }

  @Test
  @Spec("identify/public-key")
  void aMessageWithTheKeyOfAnotherPeerCountsForNothing() throws InterruptedException {
    PrivateKey another = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
    push(out -> out.bytes(1, another.publicKey().toBytes()).string(6, "impostor"));
    assertThat(next(failed).cause()).hasMessageContaining("public key");
    assertThat(listener.peerstore().agentVersion(dialer.id()))
        .hasValue(HostConfig.DEFAULT.agentVersion());
  }

  @Test
  @Spec("identify/signed-record")
  void theRecordOfAnotherPeerIsLeftOut() throws InterruptedException {
    PrivateKey another = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
    PeerId stranger = PeerId.of(another.publicKey());
    var theirs =
        new PeerRecord(stranger, Long.MAX_VALUE, List.of(Multiaddr.of("/ip4/192.0.2.9/tcp/9")));
    SignedPeerRecord own = listener.peerstore().signedRecord(dialer.id()).get();
    push(out -> out.bytes(8, SignedPeerRecord.seal(theirs, another).toBytes()));
    next(identified);
    assertThat(listener.peerstore().signedRecord(dialer.id())).hasValue(own);
    assertThat(listener.peerstore().signedRecord(stranger)).isEmpty();
    assertThat(listener.peerstore().addresses(stranger)).isEmpty();
  }

  @Test
  void aRecordThatIsKnownIsKeptAsItIsAndANewerOneReplacesIt() throws InterruptedException {
    SignedPeerRecord known = listener.peerstore().signedRecord(dialer.id()).get();
    push(out -> out.bytes(8, known.toBytes()));
    next(identified);
    assertThat(listener.peerstore().signedRecord(dialer.id()).get()).isSameAs(known);

    var newer =
        new PeerRecord(
            dialer.id(),
            known.record().sequence() + 1,
            List.of(Multiaddr.of("/ip4/192.0.2.9/tcp/9")));
    byte[] forged = known.toBytes();
    forged[forged.length - 1] ^= 1;
    push(out -> out.bytes(8, forged));
    next(identified);
    assertThat(listener.peerstore().signedRecord(dialer.id()).get()).isSameAs(known);

    SignedPeerRecord replacing = SignedPeerRecord.seal(newer, identity);
    push(out -> out.bytes(8, replacing.toBytes()));
    next(identified);
    assertThat(listener.peerstore().signedRecord(dialer.id())).hasValue(replacing);
  }

  @Test
  @Spec("identify/message-limits")
  void resetsAPushThatIsTooLongOrMalformed() {
    Stream malformed = push(out -> out.bytes(1, new byte[] {1, 2, 3}));
    assertThat(Await.done(LIMIT, malformed.closed()))
        .isEqualTo(new StreamEnd.Reset(StreamErrorCode.PROTOCOL_VIOLATION, true));
    Stream tooLong = Await.done(LIMIT, connection.openStream(Identify.PUSH));
    tooLong.write(Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, 0x40}));
    assertThat(Await.done(LIMIT, tooLong.closed()))
        .isEqualTo(new StreamEnd.Reset(StreamErrorCode.PROTOCOL_VIOLATION, true));
  }
}
