package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.ServiceContext;
import io.ethpeerflow.gossipsub.GossipSub;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.Router;
import io.ethpeerflow.gossipsub.router.TopicParams;
import io.ethpeerflow.gossipsub.rpc.RpcDecoder;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.ScoreExplanation;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives a router on one loop of a host. Everything that is not final here, and the router, is
 * touched on that loop only; what comes from elsewhere, streams and callers, goes there first.
 *
 * <p>A peer has a {@link PeerLink} as long as it speaks pubsub with us. It begins when identify has
 * told that the peer can, or when the peer opens a stream to us, whatever comes first.
 */
public final class PubsubService implements GossipSub {
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  private final Host host;
  private final GossipSubConfig config;
  private final Loop loop;
  private final Router router;
  private final Publisher publisher;
  private final RpcDecoder decoder;
  private final ProtocolId[] protocols;
  private final Map<TopicId, LocalTopic> topics = new ConcurrentHashMap<>();
  private final List<Registration> registrations = new ArrayList<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  @OwnedBy("pubsub loop")
  private final Map<PeerId, PeerLink> links = new HashMap<>();

  @OwnedBy("pubsub loop")
  private final List<PeerLink> unsent = new ArrayList<>();

  @OwnedBy("pubsub loop")
  private Cancellable heartbeat = Cancellable.NONE;

  @OwnedBy("pubsub loop")
  private boolean stopped;

  private PubsubService(Host host, GossipSubConfig config) {
    ServiceContext context = host.context();
    this.host = host;
    this.config = config;
    this.loop = context.loops().next();
    this.decoder = new RpcDecoder(config.limits());
    this.protocols =
        config.versions().stream().map(PubsubVersion::protocol).toArray(ProtocolId[]::new);
    this.router =
        new Router(
            config.router(),
            host.id(),
            Chance.from(context.random()),
            config.applicationScore(),
            new ServiceEffects(this, host, config));
    this.publisher = new Publisher(this, config, context.identity());
  }

  /** Serves pubsub on a host from now on. */
  public static GossipSub start(Host host, GossipSubConfig config) {
    var service = new PubsubService(host, config);
    try {
      service.register();
    } catch (RuntimeException failure) {
      service.close();
      throw failure;
    }
    return service;
  }

  private void register() {
    for (ProtocolId protocol : protocols) {
      registrations.add(host.handle(protocol, stream -> loop.runOnLoop(() -> accept(stream))));
    }
    registrations.add(
        host.on(
            HostEvent.PeerIdentified.class,
            event -> {
              if (speaksPubsub(event.protocols())) {
                loop.runOnLoop(() -> link(event.connection()));
              }
            }));
    registrations.add(
        host.on(
            HostEvent.PeerProtocolsChanged.class,
            event -> {
              if (speaksPubsub(event.added())) {
                loop.runOnLoop(() -> linkBest(event.peer()));
              }
            }));
    registrations.add(
        host.on(
            HostEvent.ConnectionClosed.class,
            event -> loop.runOnLoop(() -> onConnectionClosed(event.connection()))));
    loop.runOnLoop(
        () -> {
          for (Connection connection : host.connections()) {
            if (speaksPubsub(host.peerstore().protocols(connection.remotePeer()))) {
              link(connection);
            }
          }
          beatAfter(config.router().timing().firstHeartbeat());
        });
  }

  private boolean speaksPubsub(Collection<ProtocolId> theirs) {
    for (ProtocolId ours : protocols) {
      if (theirs.contains(ours)) {
        return true;
      }
    }
    return false;
  }

  private void beatAfter(Duration delay) {
    if (stopped) {
      return;
    }
    heartbeat =
        loop.schedule(
            delay.toNanos(),
            () -> {
              beatAfter(config.router().timing().heartbeat());
              router.heartbeat(loop.nanoTime());
            });
  }

  /** An inbound stream; it also tells that the peer speaks pubsub. */
  private void accept(Stream stream) {
    if (stopped) {
      stream.reset(StreamErrorCode.SHUTDOWN);
      return;
    }
    PeerLink link = link(stream.connection());
    link.accept(new InboundStream(this, stream, config.limits().maxRpcBytes()));
  }

  /** Opens a link with a peer, unless it is open, over the best connection that there is now. */
  void linkBest(PeerId peer) {
    List<Connection> connections = host.connections(peer);
    if (!connections.isEmpty()) {
      link(connections.get(0));
    }
  }

  private PeerLink link(Connection connection) {
    PeerId peer = connection.remotePeer();
    PeerLink link = links.get(peer);
    if (link == null) {
      link = new PeerLink(this, peer, config.queue());
      links.put(peer, link);
    }
    if (!stopped) {
      link.open(connection);
    }
    return link;
  }

  private void onConnectionClosed(Connection connection) {
    PeerLink link = links.get(connection.remotePeer());
    if (link == null) {
      return;
    }
    List<Connection> others = host.connections(connection.remotePeer());
    if (others.isEmpty()) {
      links.remove(connection.remotePeer());
      link.close(StreamErrorCode.NO_ERROR);
    } else if (link.dependsOn(connection)) {
      link.reopen(others.get(0));
    }
  }

  /** The peer is there: what it says is heard from now on. */
  void opened(PeerLink link, Connection connection, PubsubVersion version) {
    router.addPeer(
        link.peer(), version, connection.direction() == Direction.OUTBOUND, link, loop.nanoTime());
    InetSocketAddress remote = connection.remoteAddress().socketAddress();
    if (remote != null && remote.getAddress() != null) {
      router.addresses(link.peer(), List.of(remote.getAddress()));
    }
  }

  /** The peer is there no longer, though a connection may be. */
  void ended(PeerLink link) {
    router.removePeer(link.peer(), loop.nanoTime());
  }

  /** Something waits to be sent: it is when what is at hand has been handled. */
  void hasToSend(PeerLink link) {
    if (unsent.isEmpty()) {
      loop.execute(this::send);
    }
    unsent.add(link);
  }

  private void send() {
    // sending may make no link wait to be sent again: nothing is received meanwhile
    for (PeerLink link : unsent) {
      link.send();
    }
    unsent.clear();
  }

  ProtocolId[] protocols() {
    return protocols.clone();
  }

  Loop loop() {
    return loop;
  }

  Router router() {
    return router;
  }

  RpcDecoder decoder() {
    return decoder;
  }

  GossipSubConfig config() {
    return config;
  }

  Publisher publisher() {
    return publisher;
  }

  boolean isStopped() {
    return stopped;
  }

  @Nullable LocalTopic topic(TopicId id) {
    return topics.get(id);
  }

  @Override
  public Topic join(String name) {
    return topic(name);
  }

  @Override
  public Topic join(String name, TopicParams params) {
    LocalTopic topic = topic(name);
    loop.execute(() -> topic.params(params));
    return topic;
  }

  private LocalTopic topic(String name) {
    TopicId id = TopicId.of(name);
    if (id.sizeBytes() > config.limits().maxTopicBytes()) {
      throw new IllegalArgumentException(
          "a topic of "
              + id.sizeBytes()
              + " bytes is longer than "
              + config.limits().maxTopicBytes());
    }
    return topics.computeIfAbsent(id, i -> new LocalTopic(this, i));
  }

  @Override
  public CompletableFuture<List<PeerId>> peers() {
    return ask(router::peers);
  }

  @Override
  public CompletableFuture<Map<PeerId, ScoreExplanation>> scores() {
    return ask(
        () -> {
          Map<PeerId, ScoreExplanation> scores = new LinkedHashMap<>();
          for (PeerId peer : router.peers()) {
            ScoreExplanation score = router.explain(peer);
            if (score != null) {
              scores.put(peer, score);
            }
          }
          return scores;
        });
  }

  /**
   * What the router answers. Asked in a turn of its own: callers may be within the router, as
   * subscribers and validators are.
   */
  <T> CompletableFuture<T> ask(Supplier<T> question) {
    var answer = new CompletableFuture<T>();
    loop.execute(
        () -> {
          try {
            if (stopped) {
              throw new IllegalStateException("pubsub is closed");
            }
            answer.complete(question.get());
          } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      registrations.forEach(Registration::close);
      loop.execute(this::leaveAll);
    }
    if (!loop.inLoop()) {
      closed
          .orTimeout(CLOSE_GRACE.toSeconds() * 3, TimeUnit.SECONDS)
          .exceptionally(late -> null)
          .join();
    }
  }

  private void leaveAll() {
    for (TopicId topic : router.joined()) {
      router.leave(topic, loop.nanoTime());
    }
    heartbeat.cancel();
    stopped = true;
    // behind the sending of what leaving gave rise to
    loop.execute(this::finish);
  }

  private void finish() {
    List<CompletableFuture<Void>> flushed = new ArrayList<>();
    links.values().forEach(link -> flushed.add(link.finish()));
    CompletableFuture.allOf(flushed.toArray(CompletableFuture<?>[]::new))
        .orTimeout(CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (all, late) ->
                loop.execute(
                    () -> {
                      links.values().forEach(link -> link.close(StreamErrorCode.SHUTDOWN));
                      links.clear();
                      closed.complete(null);
                    }));
  }
}
