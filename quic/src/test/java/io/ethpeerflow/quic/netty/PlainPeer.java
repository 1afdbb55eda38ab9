package io.ethpeerflow.quic.netty;

import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.testkit.attack.TlsCertificate;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509TrustManager;

/** QUIC by Netty alone, with any certificates and any application protocols. */
final class PlainPeer implements AutoCloseable {
  /** What it shows; without certificates it shows none. */
  record Shows(List<TlsCertificate> chain, List<String> protocols) {
    PrivateKey key() {
      return chain.get(0).key();
    }

    X509Certificate[] certificates() {
      return chain.stream().map(TlsCertificate::certificate).toArray(X509Certificate[]::new);
    }
  }

  /** Takes any certificate, or none, and counts those that it is shown. */
  private record Judge(boolean takes, AtomicInteger shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      shown.incrementAndGet();
      if (!takes) {
        throw new CertificateException("not this one");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Does nothing, whatever happens to its connection. */
  private static final class Idle extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable refused) {}

    @Override
    public boolean isSharable() {
      return true;
    }
  }

  private final AtomicInteger certificatesShown = new AtomicInteger();
  private final NettyLoops loops = NettyLoops.start(1, false);

  private Channel bind(ChannelHandler codec) {
    ChannelFuture bound =
        new Bootstrap()
            .group(loops.group())
            .channel(NioDatagramChannel.class)
            .handler(codec)
            .bind("127.0.0.1", 0);
    Await.done(QuicPair.LIMIT, bound);
    return bound.channel();
  }

  private static <B extends QuicCodecBuilder<B>> B configure(B codec) {
    return codec
        .maxIdleTimeout(5, TimeUnit.SECONDS)
        .initialMaxData(1 << 20)
        .initialMaxStreamDataBidirectionalLocal(1 << 16)
        .initialMaxStreamDataBidirectionalRemote(1 << 16)
        .initialMaxStreamsBidirectional(8);
  }

  /** Listens; refuses or takes whatever certificate a client shows. */
  Multiaddr listen(Shows shows, boolean takesClients) {
    QuicSslContext tls =
        QuicSslContextBuilder.forServer(shows.key(), null, shows.certificates())
            .trustManager(new Judge(takesClients, new AtomicInteger()))
            .clientAuth(ClientAuth.REQUIRE)
            .applicationProtocols(shows.protocols().toArray(String[]::new))
            .build();
    Channel bound =
        bind(configure(new QuicServerCodecBuilder()).sslContext(tls).handler(new Idle()).build());
    return QuicAddresses.ofSocket((InetSocketAddress) bound.localAddress());
  }

  /** Dials; the connection may be up before the other side has looked at the certificate. */
  Future<QuicChannel> dial(InetSocketAddress to, Shows shows) {
    return dial(to, client(shows));
  }

  /** Dials with the tickets that came with earlier connections, whoever gave them. */
  Future<QuicChannel> dial(InetSocketAddress to, QuicSslContext tls) {
    Channel bound =
        bind(
            configure(new QuicClientCodecBuilder())
                .sslEngineProvider(channel -> tls.newEngine(channel.alloc(), "anyone", 1))
                .build());
    return QuicChannel.newBootstrap(bound).handler(new Idle()).remoteAddress(to).connect();
  }

  /** Certificates of servers that this peer was shown: none by those with which it resumed. */
  int certificatesShown() {
    return certificatesShown.get();
  }

  /** What several dials may share. */
  QuicSslContext client(Shows shows) {
    QuicSslContextBuilder tls =
        QuicSslContextBuilder.forClient()
            .trustManager(new Judge(true, certificatesShown))
            .endpointIdentificationAlgorithm("")
            .applicationProtocols(shows.protocols().toArray(String[]::new));
    if (!shows.chain().isEmpty()) {
      tls.keyManager(shows.key(), null, shows.certificates());
    }
    return tls.build();
  }

  @Override
  public void close() {
    loops.close();
  }
}
