package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.Limits;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.sim.InsecureTestSecurity;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.Upgrader;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Two ends with a transport each: {@code one} usually dials, {@code two} usually listens. */
final class TransportRig {
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** One end: what a host would give to its transport, and what it got from it. */
  final class End implements TransportContext {
    final int host;
    final AuditedLimits limits;
    final Transport transport;
    final List<MuxedConnection> accepted = new CopyOnWriteArrayList<>();
    final List<MuxedConnection> dialed = new CopyOnWriteArrayList<>();
    final List<RawStream> streams = new CopyOnWriteArrayList<>();
    volatile Gater gater = Gater.ALLOW_ALL;
    private final SecureRandom random;
    private final Upgrader upgrader;

    private End(int host, LimitsConfig config, Duration upgradeTimeout) {
      this.host = host;
      this.limits = new AuditedLimits(config);
      this.random = new SeededSecureRandom(host);
      this.upgrader =
          new TestUpgrader(
              identity(),
              new InsecureTestSecurity(),
              new ReferenceMuxer(MuxerDefect.NONE),
              new Gater() {
                @Override
                public boolean allowSecured(Direction direction, PeerId peer, Multiaddr remote) {
                  return gater.allowSecured(direction, peer, remote);
                }
              },
              upgradeTimeout,
              random);
      this.transport = world.transport(host, this);
    }

    PeerId peer() {
      return TestIdentities.peer(host);
    }

    /** Listens, and gathers what is accepted. */
    Listener listen(Multiaddr address) {
      CompletableFuture<Listener> listening = transport.listen(address, this::onAccepted);
      world.until("listening", listening::isDone);
      return listening.join();
    }

    Listener listen() {
      return listen(world.listenAddress(host));
    }

    void onAccepted(MuxedConnection connection) {
      if (!connection.loop().inLoop()) {
        violations.add("accepted outside of the connection's loop");
      }
      connection.accept(streams::add);
      accepted.add(connection);
    }

    /** Begins a dial. */
    CompletableFuture<MuxedConnection> dialing(
        Multiaddr address, @Nullable PeerId peer, Duration timeout) {
      CompletableFuture<MuxedConnection> dial =
          transport.dial(new DialRequest(address, peer, Role.INITIATOR, timeout));
      Thread caller = Thread.currentThread();
      dial.thenAccept(
          connection -> {
            // a dial that was complete before this line calls back right here
            if (!connection.loop().inLoop() && Thread.currentThread() != caller) {
              violations.add("dialed outside of the connection's loop");
            }
            connection.accept(streams::add);
            dialed.add(connection);
          });
      return dial;
    }

    /** Dials the other end, which must succeed. */
    MuxedConnection dial(Multiaddr address) {
      CompletableFuture<MuxedConnection> dial = dialing(address, other().peer(), TIMEOUT);
      world.until("dialed", dial::isDone);
      return dial.join();
    }

    /** Dials, which must fail. */
    Throwable failing(Multiaddr address, @Nullable PeerId peer, Duration timeout) {
      CompletableFuture<MuxedConnection> dial = dialing(address, peer, timeout);
      world.until("the dial has ended", dial::isDone);
      assertThat(dial.isCompletedExceptionally()).as("the dial failed").isTrue();
      return dial.exceptionNow();
    }

    private End other() {
      return host == 1 ? two : one;
    }

    /** The connections that are not closed, as far as this end knows. */
    List<MuxedConnection> open() {
      var open = new ArrayList<MuxedConnection>();
      List.of(accepted, dialed)
          .forEach(
              some ->
                  some.stream()
                      .filter(connection -> !connection.closed().isDone())
                      .forEach(open::add));
      return open;
    }

    @Override
    public PeerId localPeer() {
      return peer();
    }

    @Override
    public PrivateKey identity() {
      return TestIdentities.key(host);
    }

    @Override
    public Loops loops() {
      return world.loops(host);
    }

    @Override
    public Limits limits() {
      return limits;
    }

    @Override
    public Gater gater() {
      return new Gater() {
        @Override
        public boolean allowAccept(Multiaddr localAddress, Multiaddr remoteAddress) {
          return gater.allowAccept(localAddress, remoteAddress);
        }

        @Override
        public boolean allowSecured(Direction direction, PeerId peer, Multiaddr remote) {
          return gater.allowSecured(direction, peer, remote);
        }
      };
    }

    @Override
    public Upgrader upgrader() {
      return upgrader;
    }

    @Override
    public SecureRandom random() {
      return random;
    }

    @Override
    public Metrics metrics() {
      return Metrics.NONE;
    }
  }

  /** Both ends of a connection. */
  record Pair(MuxedConnection dialed, MuxedConnection accepted) {}

  final TransportWorld world;
  final List<String> violations = new CopyOnWriteArrayList<>();
  final End one;
  final End two;
  private boolean killed;

  TransportRig(
      TransportWorld world, LimitsConfig first, LimitsConfig second, Duration upgradeTimeout) {
    this.world = world;
    one = new End(1, first, upgradeTimeout);
    two = new End(2, second, upgradeTimeout);
  }

  /** Connects the first end with the second, which listens. */
  Pair connect(Listener listener) {
    int before = two.accepted.size();
    MuxedConnection dialed = one.dial(listener.address());
    world.until("accepted", () -> two.accepted.size() > before);
    return new Pair(dialed, two.accepted.get(before));
  }

  Pair connect() {
    return connect(two.listen());
  }

  /** Opens a stream from one end and shows both. */
  TransportStream[] stream(MuxedConnection from, End to) {
    int before = to.streams.size();
    var opening = new ArrayList<CompletableFuture<RawStream>>(1);
    world.run(from.loop(), () -> opening.add(from.open()));
    world.until("opened", opening.get(0)::isDone);
    var near = new TransportStream(opening.get(0).join(), world, violations::add);
    near.send(new Pattern(0), 1, false);
    world.until("the remote has the stream", () -> to.streams.size() > before);
    var far = new TransportStream(to.streams.get(before), world, violations::add);
    return new TransportStream[] {near, far};
  }

  void close(MuxedConnection connection, ConnectionErrorCode code) {
    world.run(connection.loop(), () -> connection.close(code));
  }

  CloseReason closed(MuxedConnection connection) {
    world.until("closed", connection.closed()::isDone);
    return connection.closed().join();
  }

  /** Lets the second end die. */
  boolean kill() {
    killed = world.kill();
    return killed;
  }

  /** Waits until neither end is charged for anything. */
  void untilNothingIsCharged() {
    world.until("one end is charged for nothing: " + one.limits.manager().usage(), () -> idle(one));
    if (!killed) {
      world.until(
          "the other end is charged for nothing: " + two.limits.manager().usage(), () -> idle(two));
    }
  }

  private static boolean idle(End end) {
    return end.limits.openConnections() == 0
        && end.limits.openStreams() == 0
        && end.limits.memoryBytes() == 0;
  }

  /** Waits until no connection has a socket either, where the world can tell. */
  void untilNothingIsLeft() {
    untilNothingIsCharged();
    if (world.openSockets() >= 0) {
      world.until("no socket is open", () -> world.openSockets() == 0);
    }
  }

  /** Ends everything and checks that nothing is left and nothing went wrong. */
  void finish() {
    for (End end : List.of(one, two)) {
      end.open().forEach(connection -> close(connection, ConnectionErrorCode.NO_ERROR));
    }
    untilNothingIsLeft();
    one.transport.close();
    two.transport.close();
    assertThat(violations).isEmpty();
  }
}
