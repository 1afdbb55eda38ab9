/** The QUIC transport: one UDP socket per address for listening and dialing. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.quic {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.core;
  requires io.ethpeerflow.tls;
  requires io.netty.codec.classes.quic;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires org.slf4j;

  exports io.ethpeerflow.quic;
  exports io.ethpeerflow.quic.netty;

  provides io.ethpeerflow.core.spi.TransportProvider with
      io.ethpeerflow.quic.netty.QuicTransportProvider;
}
