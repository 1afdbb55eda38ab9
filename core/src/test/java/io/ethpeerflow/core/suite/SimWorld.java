package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.sim.SimLoops;
import io.ethpeerflow.core.sim.SimTransport;
import io.ethpeerflow.core.sim.TransportDefect;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.net.SimNetwork;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.SimStreamHandler;
import io.ethpeerflow.testkit.net.SimStreamSocket;
import io.ethpeerflow.testkit.net.StreamOptions;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The simulated network: 1 ms between any two nodes. */
final class SimWorld implements TransportWorld {
  private static final Duration LATENCY = Duration.ofMillis(1);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final VirtualClock clock = new VirtualClock();
  private final SimNetwork network;
  private final List<SimNode> hosts;
  private final List<SimLoops> loops;
  private final List<SimTransport> second = new ArrayList<>();
  private final SimNode stranger;
  private final SimLoop strangerLoop;
  private final StreamOptions options;
  private final TransportDefect defect;

  SimWorld(StreamOptions options, TransportDefect defect) {
    this.options = options;
    this.defect = defect;
    network = new SimNetwork(1, clock);
    network.defaultLink(LinkProfile.DEFAULT.withLatency(LATENCY));
    hosts =
        List.of(
            network.node("one", "10.0.0.1", "fd00::1"), network.node("two", "10.0.0.2", "fd00::2"));
    loops = List.of(new SimLoops(clock, "one", 2), new SimLoops(clock, "two", 2));
    stranger = network.node("stranger", "10.0.0.3");
    strangerLoop = new SimLoop(clock, "stranger");
    listenSilently();
  }

  private void listenSilently() {
    try {
      stranger.listen(
          virtual(strangerLoop), new InetSocketAddress("10.0.0.3", 1), socket -> new Silence());
    } catch (BindException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static VirtualLoop virtual(Loop loop) {
    VirtualLoop virtual = loop.unwrap(VirtualLoop.class);
    if (virtual == null) {
      throw new IllegalStateException("not a virtual loop: " + loop);
    }
    return virtual;
  }

  /** Takes everything and says nothing. */
  private static class Silence implements SimStreamHandler {
    @Override
    public void onData(SimStreamSocket socket, ByteBuf data) {
      data.release();
    }

    @Override
    public void onEnd(SimStreamSocket socket) {
      socket.close();
    }

    @Override
    public void onClosed(SimStreamSocket socket, @Nullable IOException cause) {}
  }

  @Override
  public Loops loops(int host) {
    return loops.get(host - 1);
  }

  @Override
  public Transport transport(int host, TransportContext context) {
    var transport = new SimTransport(hosts.get(host - 1), context, options, defect);
    if (host == 2) {
      second.add(transport);
    }
    return transport;
  }

  @Override
  public Multiaddr listenAddress(int host) {
    return Multiaddr.of("/ip4/10.0.0." + host + "/tcp/0");
  }

  @Override
  public Multiaddr listenAddress6(int host) {
    return Multiaddr.of("/ip6/fd00::" + host + "/tcp/0");
  }

  @Override
  public Multiaddr refusedAddress() {
    return Multiaddr.of("/ip4/10.0.0.2/tcp/9");
  }

  @Override
  public Multiaddr silentAddress() {
    return Multiaddr.of("/ip4/10.0.0.3/tcp/1");
  }

  @Override
  public boolean connectRaw(Multiaddr address, byte[] bytes) {
    InetSocketAddress to = address.socketAddress();
    if (to == null) {
      throw new IllegalArgumentException("not an address of a socket: " + address);
    }
    stranger.connect(
        virtual(strangerLoop),
        to,
        new Silence() {
          @Override
          public void onConnected(SimStreamSocket socket) {
            if (bytes.length > 0) {
              socket.write(ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes));
            }
          }
        });
    return true;
  }

  @Override
  public boolean kill() {
    second.forEach(SimTransport::crash);
    return true;
  }

  @Override
  public void until(String what, BooleanSupplier condition) {
    assertThat(clock.runUntil(condition, LIMIT)).as(what).isTrue();
  }

  @Override
  public void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  public void run(Loop loop, Runnable action) {
    virtual(loop).run(action);
  }

  @Override
  public int openSockets() {
    return hosts.get(0).openStreams() + hosts.get(1).openStreams();
  }

  @Override
  public void close() {
    clock.advance(LIMIT);
  }
}
