/** The default host: Swarm, dialing, Upgrader, TCP, identify, ping, limits. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.host {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.core;
  requires transitive io.ethpeerflow.multistream;
  requires io.ethpeerflow.noise;
  requires io.ethpeerflow.tls;
  requires io.ethpeerflow.yamux;
  requires io.netty.codec.dns;
  requires io.netty.common;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires org.slf4j;

  exports io.ethpeerflow.host;
  exports io.ethpeerflow.host.connections;
  exports io.ethpeerflow.host.dial;
  exports io.ethpeerflow.host.echo;
  exports io.ethpeerflow.host.identify;
  exports io.ethpeerflow.host.perf;
  exports io.ethpeerflow.host.peerstore;
  exports io.ethpeerflow.host.ping;
  exports io.ethpeerflow.host.resolve;
  exports io.ethpeerflow.host.swarm;
  exports io.ethpeerflow.host.tcp.netty;
  exports io.ethpeerflow.host.upgrade;

  uses io.ethpeerflow.core.spi.TransportProvider;

  provides io.ethpeerflow.core.spi.TransportProvider with
      io.ethpeerflow.host.tcp.netty.TcpTransportProvider;
}
