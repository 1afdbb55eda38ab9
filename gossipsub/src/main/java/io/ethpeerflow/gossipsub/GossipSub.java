package io.ethpeerflow.gossipsub;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.gossipsub.net.PubsubService;
import io.ethpeerflow.gossipsub.router.TopicParams;
import io.ethpeerflow.gossipsub.score.ScoreExplanation;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Pubsub on a host: Gossipsub 1.0 to 1.3, and floodsub for peers that know nothing else. Any
 * thread.
 *
 * <pre>{@code
 * Topic news = GossipSub.attach(host).join("news");
 * news.subscribe(m -> System.out.println(m.from() + ": " + new String(m.data(), UTF_8)));
 * news.publish("hi".getBytes(UTF_8)).join();
 * }</pre>
 */
@DoNotImplement
public interface GossipSub extends AutoCloseable {
  /** {@link #attach(Host, GossipSubConfig)} with the defaults. */
  static GossipSub attach(Host host) {
    return attach(host, GossipSubConfig.DEFAULT);
  }

  /**
   * Serves pubsub on a host, with its identity, until it is closed: to peers it is connected to and
   * to those that come. Pubsub runs on one of the host's loops.
   *
   * @throws IllegalStateException when the host serves pubsub already
   */
  static GossipSub attach(Host host, GossipSubConfig config) {
    return PubsubService.start(host, config);
  }

  /**
   * A topic, to publish to and to subscribe to; the same object each time. Nothing is sent yet.
   *
   * @param name at most {@link io.ethpeerflow.gossipsub.rpc.RpcLimits#maxTopicBytes} of UTF-8
   */
  Topic join(String name);

  /** {@link #join(String)} with a mesh or a bound of its own, from now on. */
  Topic join(String name, TopicParams params);

  /** The peers that speak pubsub with us. */
  CompletableFuture<List<PeerId>> peers();

  /** The scores of these peers, in their parts. */
  CompletableFuture<Map<PeerId, ScoreExplanation>> scores();

  /**
   * Leaves all topics and ends all streams. What was published and waits is given up to 5 s to
   * leave; peers that read get it, and make this quick.
   */
  @Override
  void close();
}
