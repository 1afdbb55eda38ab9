package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.sim.SimSecureLinkPair;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.yamux.Yamux;
import io.ethpeerflow.yamux.YamuxConfig;
import java.time.Duration;

/** Two of our connections on a link in memory, each on a loop of its own. */
public final class Pair implements AutoCloseable {
  public final VirtualClock clock;
  public final SimLoop clientLoop;
  public final SimLoop serverLoop;
  public final CountingScope clientScope = new CountingScope();
  public final CountingScope serverScope = new CountingScope();
  public final SimSecureLinkPair links;
  public final MuxedConnection client;
  public final MuxedConnection server;

  public Pair(LinkOptions options) {
    this(options, new VirtualClock(), YamuxConfig.DEFAULT, YamuxConfig.DEFAULT);
  }

  public Pair(
      LinkOptions options, VirtualClock clock, YamuxConfig clientConfig, YamuxConfig serverConfig) {
    this.clock = clock;
    clientLoop = new SimLoop(clock, "client");
    serverLoop = new SimLoop(clock, "server");
    links = new SimSecureLinkPair(clientLoop, serverLoop, options);
    var made = new MuxedConnection[2];
    clientLoop.run(
        () ->
            made[0] =
                new Yamux(clientConfig)
                    .attach(links.left(), RawPeer.context(Role.INITIATOR, clientScope)));
    serverLoop.run(
        () ->
            made[1] =
                new Yamux(serverConfig)
                    .attach(links.right(), RawPeer.context(Role.RESPONDER, serverScope)));
    client = made[0];
    server = made[1];
  }

  /** A stream opened by the client. */
  public RawStream open() {
    var opened = new RawStream[1];
    clientLoop.run(() -> opened[0] = client.open().join());
    return opened[0];
  }

  public void advance(Duration time) {
    clock.advance(time);
  }

  /** Closes both ends and checks that nothing stays charged. */
  @Override
  public void close() {
    clientLoop.run(() -> client.close(ConnectionErrorCode.NO_ERROR));
    serverLoop.run(() -> server.close(ConnectionErrorCode.NO_ERROR));
    clock.advance(Duration.ofSeconds(60));
    links.close();
    for (CountingScope scope : new CountingScope[] {clientScope, serverScope}) {
      if (scope.memoryBytes != 0 || scope.streams != 0) {
        throw new AssertionError(scope.memoryBytes + " bytes, " + scope.streams + " streams");
      }
    }
  }
}
