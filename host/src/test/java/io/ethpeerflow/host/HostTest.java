package io.ethpeerflow.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.DrainResult;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.StreamOptions;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.host.perf.PerfClient;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts over real TCP on loopback, through the whole stack. */
@Timeout(60)
class HostTest {
  private static final ProtocolId TEST = ProtocolId.of("/test/1.0.0");
  private static final String LOOPBACK = "/ip4/127.0.0.1/tcp/0";

  private static Host listening() {
    return Libp2p.host().listen(LOOPBACK).start().join();
  }

  private static Host dialing() {
    return Libp2p.host().start().join();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static <T> T poll(LinkedBlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Test
  @Spec("connections/half-close")
  void theExampleOfTheReadmeWorks() {
    // [readme-example]
    var echo = ProtocolId.of("/echo/1.0.0");
    try (Host a = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join();
        Host b = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join()) {
      a.handle(echo, StreamHandlers.blocking(s -> s.in().transferTo(s.out())));
      b.connect(a.addrInfo()).join();
      try (BlockingStream s = b.newStream(a.id(), echo).join().blocking()) {
        s.out().write("hello".getBytes(UTF_8));
        s.closeWrite();
        assertThat(new String(s.in().readAllBytes(), UTF_8)).isEqualTo("hello");
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }
    // [/readme-example]
  }

  @Test
  @Spec("ping/round-trip")
  void pingsMeasureRoundTrips() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Connection connection = get(b.connect(a.addrInfo()));
      try (Ping.PingSession session =
          get(Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
        for (int i = 0; i < 10; i++) {
          assertThat(get(session.ping())).isPositive();
        }
      }
    }
  }

  @Test
  @Spec({"identify/observed-address", "identify/signed-record", "identify/agent-version"})
  void identifyTellsBothSidesWhoTheOtherIs() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      var atA = new LinkedBlockingQueue<HostEvent.PeerIdentified>();
      var atB = new LinkedBlockingQueue<HostEvent.PeerIdentified>();
      a.on(HostEvent.PeerIdentified.class, atA::add);
      b.on(HostEvent.PeerIdentified.class, atB::add);
      get(b.connect(a.addrInfo()));

      HostEvent.PeerIdentified ofA = atB.poll(10, TimeUnit.SECONDS);
      HostEvent.PeerIdentified ofB = atA.poll(10, TimeUnit.SECONDS);

      assertThat(ofA).isNotNull();
      assertThat(ofB).isNotNull();
      assertThat(ofA.protocols()).contains(Ping.PROTOCOL);
      assertThat(ofA.listenAddresses()).isEqualTo(a.addrInfo().addresses());
      assertThat(ofA.observedAddress()).isEqualTo(ofA.connection().localAddress());
      assertThat(b.peerstore().signedRecord(a.id())).isPresent();
      assertThat(a.peerstore().agentVersion(b.id())).hasValue(HostConfig.DEFAULT.agentVersion());
    }
  }

  @Test
  @Spec("identify/push")
  void aNewProtocolIsPushedToConnectedPeers() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      var identified = new LinkedBlockingQueue<HostEvent>();
      var changes = new LinkedBlockingQueue<HostEvent.PeerProtocolsChanged>();
      a.on(HostEvent.PeerIdentified.class, identified::add);
      b.on(HostEvent.PeerIdentified.class, identified::add);
      get(b.connect(a.addrInfo()));
      assertThat(identified.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(identified.poll(10, TimeUnit.SECONDS)).isNotNull();
      b.on(HostEvent.PeerProtocolsChanged.class, changes::add);

      Registration served = a.handle(TEST, Echo::echo);
      HostEvent.PeerProtocolsChanged added = poll(changes);
      while (!added.added().equals(Set.of(TEST))) {
        added = poll(changes);
      }

      served.close();
      assertThat(poll(changes).removed()).isEqualTo(Set.of(TEST));
    }
  }

  @Test
  @Spec("perf/header")
  void perfMovesWhatWasAskedForBothWays() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Perf.serve(a);
      Connection connection = get(b.connect(a.addrInfo()));
      var client = new PerfClient(System::nanoTime);
      PerfClient.Result result = get(client.transfer(connection, 5_000_001, 3_000_007));
      assertThat(result.uploadBytes()).isEqualTo(5_000_001);
      assertThat(result.downloadBytes()).isEqualTo(3_000_007);
      assertThat(result.uploadNanos()).isPositive();
    }
  }

  @Test
  void connectReusesTheOpenConnection() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Connection first = get(b.connect(a.addrInfo()));
      assertThat(get(b.connect(a.addrInfo()))).isSameAs(first);
      assertThat(b.connections()).hasSize(1);
    }
  }

  @Test
  void connectDoesNotGiveAConnectionThatIsBeingClosed() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Connection first = get(b.connect(a.addrInfo()));
      for (int i = 0; i < 50; i++) {
        first.close(ConnectionErrorCode.NO_ERROR);
        Connection second = get(b.connect(a.addrInfo()));
        assertThat(second).isNotSameAs(first);
        first = second;
      }
    }
  }

  @Test
  @Spec("connections/failed-upgrade")
  void aWrongPeerIdIsRefused() throws Exception {
    try (Host a = listening();
        Host b = dialing();
        Host c = dialing()) {
      var wrong = new AddrInfo(c.id(), a.addrInfo().addresses());
      assertThatThrownBy(() -> get(b.connect(wrong)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              DialException.class,
              failure ->
                  assertThat(failure.attempts())
                      .allSatisfy(
                          attempt ->
                              assertThat(attempt.cause()).isInstanceOf(HandshakeException.class)));
      assertThat(b.connections()).isEmpty();
    }
  }

  @Test
  @Spec("connections/stream-protocol")
  void theSecondChoiceIsTakenWhenTheFirstIsNotSpoken() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, Echo::echo);
      Connection connection = get(b.connect(a.addrInfo()));
      Stream stream = get(connection.openStream(ProtocolId.of("/unknown/1.0.0"), TEST));
      assertThat(stream.protocol()).isEqualTo(TEST);
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }

  @Test
  @Spec("connections/no-handler")
  void noProtocolInCommonFailsTheOpening() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Connection connection = get(b.connect(a.addrInfo()));
      assertThatThrownBy(
              () ->
                  get(
                      connection.openStream(
                          ProtocolId.of("/unknown/1.0.0"), ProtocolId.of("/unknown/2.0.0"))))
          .cause()
          .isInstanceOf(NegotiationException.class);
    }
  }

  @Test
  @Spec("multistream/lazy-4")
  void aLazyStreamOfAnUnknownProtocolIsReset() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Connection connection = get(b.connect(a.addrInfo()));
      Stream stream = get(connection.openStream(TEST));
      stream.offer(Unpooled.wrappedBuffer(new byte[100]));
      assertThat(get(stream.closed())).isInstanceOf(StreamEnd.Reset.class);
    }
  }

  @Test
  void aResetCarriesItsCode() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, stream -> stream.reset(new StreamErrorCode(0x4711)));
      Connection connection = get(b.connect(a.addrInfo()));
      Stream stream = get(connection.openStream(TEST));
      assertThat(get(stream.closed()))
          .isEqualTo(new StreamEnd.Reset(new StreamErrorCode(0x4711), true));
    }
  }

  @Test
  @Spec("connections/back-pressure")
  void aReaderThatStopsAskingStopsTheRemoteWriter() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      var arrived = new CompletableFuture<Stream>();
      a.handle(TEST, arrived::complete);
      Connection connection = get(b.connect(a.addrInfo()));
      Stream stream = get(connection.openStream(StreamOptions.DEFAULT, TEST));
      long taken = 0;
      stream.offer(Unpooled.wrappedBuffer(new byte[1]));
      get(arrived);
      // until refused for 300 ms on end: window and queue are full, and nobody asks
      long refusedSince = System.nanoTime();
      while (System.nanoTime() - refusedSince < 300_000_000L) {
        var chunk = Unpooled.wrappedBuffer(new byte[16 << 10]);
        if (stream.offer(chunk)) {
          taken += 16 << 10;
          refusedSince = System.nanoTime();
        } else {
          chunk.release();
          Thread.onSpinWait();
        }
        assertThat(taken).isLessThan(4 << 20);
      }
      assertThat(taken).isGreaterThan(256 << 10);
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }

  @Test
  void aReadDeadlineResetsTheStream() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, stream -> {});
      Connection connection = get(b.connect(a.addrInfo()));
      try (BlockingStream stream = get(connection.openStream(TEST)).blocking()) {
        stream.stream().readDeadline(Duration.ofMillis(100));
        assertThatThrownBy(() -> stream.in().read()).isInstanceOf(IOException.class);
        assertThat(get(stream.stream().closed()))
            .isEqualTo(new StreamEnd.Reset(StreamErrorCode.GARBAGE_COLLECTED, false));
      }
    }
  }

  @Test
  void aWriteDeadlineResetsAStreamThatNobodyReads() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, stream -> {});
      Connection connection = get(b.connect(a.addrInfo()));
      Stream stream = get(connection.openStream(TEST));
      stream.writeDeadline(Duration.ofMillis(200));
      stream.write(Unpooled.wrappedBuffer(new byte[1 << 20]));
      assertThat(get(stream.closed()))
          .isEqualTo(new StreamEnd.Reset(StreamErrorCode.GARBAGE_COLLECTED, false));
    }
  }

  @Test
  void drainingLetsAStreamFinishAndRefusesNewOnes() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Echo.serve(a);
      Connection connection = get(b.connect(a.addrInfo()));
      try (BlockingStream stream = get(connection.openStream(Echo.PROTOCOL)).blocking()) {
        stream.out().write(new byte[1000]);
        assertThat(stream.in().readNBytes(1000)).hasSize(1000);
        CompletableFuture<DrainResult> drained = connection.drain(Duration.ofSeconds(10));
        assertThatThrownBy(() -> get(connection.openStream(Echo.PROTOCOL))).isNotNull();
        stream.out().write(new byte[500]);
        stream.closeWrite();
        assertThat(stream.in().readAllBytes()).hasSize(500);
        assertThat(get(drained).reset()).isZero();
        assertThat(get(connection.closed()).by()).isEqualTo(CloseReason.By.LOCAL);
      }
    }
  }

  @Test
  @Spec("connections/events")
  void closingAConnectionTellsTheRemoteWhy() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      var closed = new LinkedBlockingQueue<HostEvent.ConnectionClosed>();
      a.on(HostEvent.ConnectionClosed.class, closed::add);
      Connection connection = get(b.connect(a.addrInfo()));
      connection.close(ConnectionErrorCode.GARBAGE_COLLECTED);
      HostEvent.ConnectionClosed event = closed.poll(10, TimeUnit.SECONDS);
      assertThat(event).isNotNull();
      assertThat(event.reason())
          .isEqualTo(CloseReason.remote(ConnectionErrorCode.GARBAGE_COLLECTED));
    }
  }

  @Test
  void blockingCallsRefuseToRunOnAnEventLoop() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      var failure = new CompletableFuture<Throwable>();
      a.handle(
          TEST,
          stream -> {
            try {
              stream.blocking().in().read();
              failure.complete(new AssertionError("did not refuse"));
            } catch (IOException | RuntimeException refused) {
              failure.complete(refused);
            }
          });
      Connection connection = get(b.connect(a.addrInfo()));
      Stream stream = get(connection.openStream(TEST));
      stream.offer(Unpooled.wrappedBuffer(new byte[1]));
      assertThat(get(failure)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void manyStreamsShareAConnection() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Echo.serve(a);
      Connection connection = get(b.connect(a.addrInfo()));
      byte[] payload = new byte[20_000];
      var done = new CompletableFuture<?>[200];
      for (int i = 0; i < done.length; i++) {
        done[i] =
            CompletableFuture.runAsync(
                () -> {
                  try (BlockingStream stream =
                      connection.openStream(Echo.PROTOCOL).join().blocking()) {
                    stream.out().write(payload);
                    stream.closeWrite();
                    assertThat(stream.in().readAllBytes()).hasSize(payload.length);
                  } catch (IOException failure) {
                    throw new AssertionError(failure);
                  }
                },
                Thread::startVirtualThread);
      }
      get(CompletableFuture.allOf(done));
    }
  }

  /** Tries again whenever it is told to, as a writer does that looks at nothing else. */
  private static final class StubbornWriter implements Runnable {
    final AtomicInteger toldAfterTheEnd = new AtomicInteger();
    private final Stream stream;
    private boolean ended;

    StubbornWriter(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void run() {
      if (ended) {
        toldAfterTheEnd.incrementAndGet();
      } else {
        ended = true;
        stream.reset(StreamErrorCode.NO_ERROR);
      }
      stream.onWritable(this);
    }
  }

  @Test
  void aWriterIsToldOnceThatItsSideHasEndedAndNeverAgain() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, stream -> {});
      get(b.connect(a.addrInfo()));
      Stream stream = get(b.newStream(a.id(), TEST));
      var writer = new StubbornWriter(stream);
      stream.onWritable(writer);
      get(stream.closed());
      // each round goes through the loop on which a spin would run
      for (int i = 0; i < 5; i++) {
        get(stream.connection().openStream(TEST)).reset(StreamErrorCode.NO_ERROR);
      }
      assertThat(writer.toldAfterTheEnd).hasValue(1);
    }
  }

  @Test
  void aWriterThatAsksAfterTheEndIsToldOfIt() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, stream -> {});
      get(b.connect(a.addrInfo()));
      Stream stream = get(b.newStream(a.id(), TEST));
      stream.reset(StreamErrorCode.NO_ERROR);
      get(stream.closed());
      var told = new CompletableFuture<Void>();
      stream.onWritable(() -> told.complete(null));
      get(told);
    }
  }

  @Test
  void aStreamThatIsBeingNegotiatedWhenItsConnectionEndsFailsForThatReason() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      a.handle(TEST, stream -> {});
      Connection connection = get(b.connect(a.addrInfo()));
      var other = ProtocolId.of("/test/2.0.0");
      CompletableFuture<Stream> opening = connection.openStream(other, TEST);
      connection.close(ConnectionErrorCode.NO_ERROR);
      assertThatThrownBy(() -> get(opening)).hasCauseInstanceOf(ConnectionClosedException.class);
    }
  }

  @Test
  void anEagerStreamOfAnUnknownProtocolFailsToOpen() throws Exception {
    try (Host a = listening();
        Host b = dialing()) {
      Connection connection = get(b.connect(a.addrInfo()));
      StreamOptions eager = StreamOptions.DEFAULT.withLazyNegotiation(false);
      assertThatThrownBy(() -> get(connection.openStream(eager, TEST)))
          .hasCauseInstanceOf(NegotiationException.class);
      a.handle(TEST, stream -> {});
      assertThat(get(connection.openStream(eager, TEST)).protocol()).isEqualTo(TEST);
    }
  }
}
