package io.ethpeerflow.interop.unified;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.host.HostBuilder;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A program for the transport and the perf suite of {@code libp2p/unified-testing}: it takes its
 * role from environment variables ({@link Settings}), meets the other side through Redis, and as a
 * dialer prints YAML. Stdout has the results only. Ends with 0 when all went well; a listener ends
 * when it is told to.
 */
public final class UnifiedPeer {
  private final Settings settings;

  private UnifiedPeer(Settings settings) {
    this.settings = settings;
  }

  /** Plays the role; arguments are not looked at. */
  public static void main(String[] arguments) {
    try {
      new UnifiedPeer(Settings.of(System.getenv())).run();
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
    } catch (Exception failure) {
      failure.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private void run() throws Exception {
    HostBuilder builder = Libp2p.host().security(security());
    if (!settings.dialer()) {
      builder.listen("/ip4/" + settings.listenerIp() + socket());
    }
    try (var meetingPoint = new MeetingPoint(settings);
        Host host = builder.start().join()) {
      if (settings.dialer()) {
        AddrInfo listener = AddrInfo.parse(meetingPoint.awaitListener());
        tell("the listener is " + listener);
        System.out.print(measure(host, listener));
        System.out.flush();
      } else {
        Perf.serve(host);
        String address = address(host);
        meetingPoint.publish(address);
        tell("listening on " + address);
        new CountDownLatch(1).await();
      }
    }
  }

  private String measure(Host host, AddrInfo listener) {
    var measurements = new Measurements(host, listener);
    Settings.Perf perf = settings.perf();
    return perf == null ? measurements.transport() : measurements.perf(perf);
  }

  /** What is offered over TCP: one protocol, or what a host offers anyway. */
  private SecurityProtocol[] security() {
    return switch (settings.stack()) {
      case TCP_NOISE -> new SecurityProtocol[] {new NoiseSecurity()};
      case TCP_TLS -> new SecurityProtocol[] {new TlsSecurity(InstantSource.system())};
      case QUIC_V1 -> new SecurityProtocol[0];
    };
  }

  private String socket() {
    return settings.stack() == Settings.Stack.QUIC_V1 ? "/udp/0/quic-v1" : "/tcp/0";
  }

  /** The address at which other machines reach the host; where there is only loopback, that. */
  private static String address(Host host) {
    List<Multiaddr> addresses = host.addrInfo().addresses();
    return addresses.stream()
        .filter(UnifiedPeer::isReachable)
        .findFirst()
        .orElseGet(() -> addresses.get(0))
        .withPeerId(host.id())
        .toString();
  }

  private static boolean isReachable(Multiaddr address) {
    Component ip = address.first(Protocol.IP4);
    InetSocketAddress socket = address.socketAddress();
    return ip != null && socket != null && !socket.getAddress().isLoopbackAddress();
  }

  private void tell(String what) {
    if (settings.debug()) {
      System.err.println(what);
    }
  }
}
