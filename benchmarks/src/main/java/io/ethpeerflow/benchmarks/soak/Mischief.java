package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.benchmarks.runtime.Background;
import io.ethpeerflow.benchmarks.soak.Failures.Defect;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The disturbances that a traffic maker does to the host under test. Each says by a {@link Defect}
 * when the host did not react as it promises.
 */
final class Mischief implements AutoCloseable {
  private static final String[] SECURITIES = {"noise", "tls"};
  private static final DialOptions NEW = DialOptions.DEFAULT.withForceNew(true);
  private static final int FLOOD_CONNECTIONS = 3 * SoakHosts.CONNECTIONS_PER_PEER;
  private static final int FLOOD_STREAMS = 3 * SoakHosts.STREAMS_PER_PEER;
  private static final int MEMORY_STREAMS = 120;
  private static final int MEMORY_STREAM_BYTES = 256 << 10;
  private static final int RESET_STREAMS = 40;
  private static final int STRANGERS = 4;
  private static final int LOSING_DIALS = 20;
  private static final int PIECE_BYTES = 16 << 10;

  private final Host host;
  private final Traffic traffic;
  private final AddrInfo subject;
  private final ServerSocket mute;

  Mischief(Host host, Traffic traffic, AddrInfo subject) throws IOException {
    this.host = host;
    this.traffic = traffic;
    this.subject = subject;
    this.mute = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  }

  /** Does one of them; returns when it is over. */
  void run(Disturbance.Kind kind, Random random) throws Exception {
    switch (kind) {
      case RACE -> race(random);
      case LOSING_DIALS -> losingDials(random);
      case CONNECTION_FLOOD -> connectionFlood();
      case STREAM_FLOOD -> streamFlood();
      case MEMORY_FLOOD -> memoryFlood();
      case SLOW_READER -> Operations.echoReadSlowly(traffic.connection(), 768 << 10, random);
      case SLOW_HANDLER ->
          Operations.request(traffic.connection(), SoakProtocols.SLOW, 1 << 20, random);
      case STALLED_WRITER -> stalledWriter();
      case MISSED_DEADLINE -> missedDeadline();
      case RESETS -> resets(random);
      case FAILING_HANDLER -> failingHandler();
      case DRAIN -> drain(random);
      case STRANGERS -> strangers(random);
      default -> throw new IllegalArgumentException(kind + " is not a maker's");
    }
  }

  /** Dials anew by good and bad addresses while the host does the same; some give up. */
  private void race(Random random) throws Exception {
    var dials = new ArrayList<CompletableFuture<Connection>>();
    for (int i = 0; i < 4; i++) {
      dials.add(host.connect(new AddrInfo(subject.id(), mixedAddresses()), NEW));
    }
    Thread.sleep(random.nextInt(10));
    dials.get(0).cancel(false);
    endsOfAll("a dial in a race", dials);
    closeAllButOne();
  }

  private void losingDials(Random random) throws Exception {
    try (Host stranger = SoakHosts.stranger(SECURITIES[random.nextInt(2)])) {
      var dials = new ArrayList<CompletableFuture<Connection>>();
      for (int i = 0; i < LOSING_DIALS; i++) {
        CompletableFuture<Connection> dial =
            stranger.connect(new AddrInfo(subject.id(), mixedAddresses()), NEW);
        Thread.sleep(random.nextInt(8));
        if (random.nextInt(4) != 0) {
          dial.cancel(false);
        }
        dials.add(dial);
      }
      endsOfAll("a losing dial", dials);
    }
  }

  /** Addresses that refuse, one that accepts and says nothing, and the host's own. */
  private List<Multiaddr> mixedAddresses() {
    var addresses = new ArrayList<Multiaddr>();
    addresses.add(Multiaddr.of("/ip4/127.0.0.1/tcp/1"));
    addresses.add(Multiaddr.of("/ip4/127.0.0.1/tcp/" + mute.getLocalPort()));
    addresses.add(Multiaddr.of("/ip4/127.0.0.3/tcp/1"));
    addresses.addAll(subject.addresses());
    return addresses;
  }

  private static <T> List<T> endsOfAll(String what, List<CompletableFuture<T>> futures)
      throws Exception {
    var results = new ArrayList<T>();
    for (CompletableFuture<T> future : futures) {
      try {
        results.add(Await.result(what, future));
      } catch (Exception failure) {
        if (!Failures.mayBeProvoked(failure)) {
          throw failure;
        }
      }
    }
    return results;
  }

  private void closeAllButOne() throws Exception {
    List<Connection> open = host.connections(subject.id());
    for (Connection surplus : open.subList(Math.min(1, open.size()), open.size())) {
      surplus.close(ConnectionErrorCode.NO_ERROR);
      Await.result("a close", surplus.closed());
    }
  }

  private void connectionFlood() throws Exception {
    var dials = new ArrayList<CompletableFuture<Connection>>();
    for (int i = 0; i < FLOOD_CONNECTIONS; i++) {
      dials.add(host.connect(subject, NEW));
    }
    List<Connection> dialed = endsOfAll("a dial of a flood", dials);
    Thread.sleep(500);
    long left = dialed.stream().filter(connection -> !connection.closed().isDone()).count();
    if (left > SoakHosts.CONNECTIONS_PER_PEER) {
      throw new Defect(
          left + " connections of one peer, " + SoakHosts.CONNECTIONS_PER_PEER + " are allowed");
    }
    closeAllButOne();
  }

  private void streamFlood() throws Exception {
    Connection connection = traffic.connection();
    var openings = new ArrayList<CompletableFuture<Stream>>();
    for (int i = 0; i < FLOOD_STREAMS; i++) {
      openings.add(connection.openStream(SoakProtocols.SILENT));
    }
    List<Stream> opened = endsOfAll("the opening of one of many streams", openings);
    Thread.sleep(500);
    long left = opened.stream().filter(stream -> !stream.closed().isDone()).count();
    if (left > SoakHosts.STREAMS_PER_PEER) {
      throw new Defect(
          left + " streams of one peer, " + SoakHosts.STREAMS_PER_PEER + " are allowed");
    }
    resetAll(opened);
  }

  private void memoryFlood() throws Exception {
    Connection connection = traffic.connection();
    var openings = new ArrayList<CompletableFuture<Stream>>();
    for (int i = 0; i < MEMORY_STREAMS; i++) {
      openings.add(connection.openStream(SoakProtocols.SILENT));
    }
    List<Stream> opened = endsOfAll("the opening of one of many streams", openings);
    for (Stream stream : opened) {
      offerUpTo(stream, MEMORY_STREAM_BYTES);
    }
    Thread.sleep(500);
    resetAll(opened);
  }

  private static void offerUpTo(Stream stream, int bytes) {
    for (int offered = 0; offered < bytes; offered += PIECE_BYTES) {
      ByteBuf piece =
          PooledByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);
      if (!stream.offer(piece)) {
        piece.release();
        return;
      }
    }
  }

  private static void resetAll(List<Stream> streams) throws Exception {
    for (Stream stream : streams) {
      stream.reset(StreamErrorCode.NO_ERROR);
    }
    for (Stream stream : streams) {
      Await.result("the end of a stream that was reset", stream.closed());
    }
  }

  private void stalledWriter() throws Exception {
    Stream stream = open(SoakProtocols.IMPATIENT);
    stream.read(new SoakProtocols.Discard(stream));
    offerUpTo(stream, 1);
    StreamEnd end = Await.result("the end of a stalled stream", stream.closed());
    if (end instanceof StreamEnd.Finished) {
      throw new Defect("a stream that stalled ended in order");
    }
  }

  private void missedDeadline() throws Exception {
    Stream stream = open(SoakProtocols.SILENT);
    stream.read(new SoakProtocols.Discard(stream));
    stream.readDeadline(SoakProtocols.IMPATIENCE);
    stream.request(1);
    StreamEnd end = Await.result("the end of a stream without an answer", stream.closed());
    if (end instanceof StreamEnd.Finished) {
      throw new Defect("a stream that missed its deadline ended in order");
    }
  }

  private void resets(Random random) throws Exception {
    var streams = new ArrayList<Stream>();
    for (int i = 0; i < RESET_STREAMS; i++) {
      Stream stream = open(Echo.PROTOCOL);
      stream.read(new SoakProtocols.Discard(stream));
      stream.request(1 << 20);
      offerUpTo(stream, 128 << 10);
      streams.add(stream);
      if (random.nextBoolean()) {
        Thread.sleep(random.nextInt(5));
      }
    }
    resetAll(streams);
  }

  private void failingHandler() throws Exception {
    Stream stream = open(SoakProtocols.FAILING);
    stream.read(new SoakProtocols.Discard(stream));
    stream.request(1);
    StreamEnd end = Await.result("the end of a stream whose handler fails", stream.closed());
    if (end instanceof StreamEnd.Finished) {
      throw new Defect("a stream whose handler failed ended in order");
    }
  }

  private Stream open(ProtocolId protocol) throws Exception {
    return Await.result("the opening of a stream", traffic.connection().openStream(protocol));
  }

  private void drain(Random random) throws Exception {
    Connection connection = traffic.connection();
    CompletableFuture<Void> echo =
        Background.call(
            () -> {
              Operations.echo(connection, 1 << 20, random);
              return null;
            });
    Await.result("a drain", connection.drain(Duration.ofSeconds(3)));
    Await.result("the close of a drained connection", connection.closed());
    endsOfAll("an echo on a drained connection", List.of(echo));
  }

  private void strangers(Random random) throws Exception {
    for (int i = 0; i < STRANGERS; i++) {
      try (Host stranger = SoakHosts.stranger(SECURITIES[i % 2])) {
        Connection connection = Await.result("a stranger's dial", stranger.connect(subject));
        Operations.ping(connection, 1);
        Operations.echo(connection, 10_000, random);
      }
    }
  }

  @Override
  public void close() throws IOException {
    mute.close();
  }
}
