package io.ethpeerflow.host.resolve.netty;

import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.host.loop.netty.NettyLoop;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.host.resolve.NameService;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The system's hosts file and DNS servers, asked without blocking. Sockets open on first use. */
public final class NettyNameService implements NameService, AutoCloseable {
  private static final long QUERY_TIMEOUT_MILLIS = 3_000;

  private final EventLoop eventLoop;
  private final boolean epoll;
  private final @Nullable DnsServerAddressStreamProvider servers;
  private final Map<Family, DnsNameResolver> resolvers = new EnumMap<>(Family.class);

  /** A service that asks the system's servers. */
  public NettyNameService(NettyLoops loops) {
    this(loops, null);
  }

  /** A service that asks given servers. */
  public NettyNameService(NettyLoops loops, @Nullable DnsServerAddressStreamProvider servers) {
    this.eventLoop = ((NettyLoop) loops.next()).eventLoop();
    this.epoll = loops.isEpoll();
    this.servers = servers;
  }

  private synchronized DnsNameResolver resolver(Family family) {
    return resolvers.computeIfAbsent(family, this::build);
  }

  private DnsNameResolver build(Family family) {
    var builder =
        new DnsNameResolverBuilder(eventLoop)
            .datagramChannelType(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
            .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS)
            .resolvedAddressTypes(
                switch (family) {
                  case ANY -> ResolvedAddressTypes.IPV4_PREFERRED;
                  case IP4 -> ResolvedAddressTypes.IPV4_ONLY;
                  case IP6 -> ResolvedAddressTypes.IPV6_ONLY;
                });
    if (servers != null) {
      builder.nameServerProvider(servers);
    }
    return builder.build();
  }

  @Override
  public CompletableFuture<List<InetAddress>> addresses(String host, Family family) {
    return asCompletable(resolver(family).resolveAll(host));
  }

  @Override
  public CompletableFuture<List<String>> texts(String name) {
    Future<List<DnsRecord>> query =
        resolver(Family.ANY).resolveAll(new DefaultDnsQuestion(name, DnsRecordType.TXT));
    return asCompletable(query).thenApply(NettyNameService::textsOf);
  }

  private static List<String> textsOf(List<DnsRecord> records) {
    List<String> texts = new ArrayList<>();
    for (DnsRecord record : records) {
      try {
        if (record instanceof DnsRawRecord raw && record.type().equals(DnsRecordType.TXT)) {
          texts.add(textOf(raw.content()));
        }
      } finally {
        ReferenceCountUtil.release(record);
      }
    }
    return texts;
  }

  private static String textOf(ByteBuf content) {
    var text = new StringBuilder(content.readableBytes());
    while (content.isReadable()) {
      int length = Math.min(content.readUnsignedByte(), content.readableBytes());
      text.append(content.readString(length, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static <T> CompletableFuture<T> asCompletable(Future<T> future) {
    var result = new CompletableFuture<T>();
    future.addListener(
        (Future<T> done) -> {
          if (done.isSuccess()) {
            result.complete(done.getNow());
          } else {
            result.completeExceptionally(
                new P2pException("DNS: " + done.cause().getMessage(), done.cause()));
          }
        });
    return result;
  }

  @Override
  public synchronized void close() {
    resolvers.values().forEach(DnsNameResolver::close);
    resolvers.clear();
  }
}
