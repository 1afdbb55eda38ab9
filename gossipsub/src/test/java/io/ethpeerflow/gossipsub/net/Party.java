package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.gossipsub.GossipSub;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.gossipsub.router.RouterTiming;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host over loopback with pubsub, and what it received. */
final class Party implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);

  /** A fast heartbeat; the rest as users have it. */
  static final GossipSubConfig FAST =
      GossipSubConfig.DEFAULT.withRouter(
          RouterConfig.DEFAULT.withTiming(
              RouterTiming.DEFAULT.withHeartbeat(Duration.ofMillis(100), Duration.ofMillis(20))));

  final Host host;
  final GossipSub pubsub;
  final List<ReceivedMessage> received = new CopyOnWriteArrayList<>();

  Party(GossipSubConfig config) {
    host = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    pubsub = GossipSub.attach(host, config);
  }

  void connect(Party other) {
    Await.done(LIMIT, host.connect(other.host.addrInfo()));
  }

  Topic subscribe(String name) {
    Topic topic = pubsub.join(name);
    topic.subscribe(received::add);
    return topic;
  }

  void seesSubscribers(String topic, int count) {
    Await.until(
        count + " subscribers of " + topic,
        LIMIT,
        () -> Await.done(LIMIT, pubsub.join(topic).peers()).size() == count);
  }

  void receives(int count) {
    Await.until(count + " messages", LIMIT, () -> received.size() >= count);
  }

  @Override
  public void close() {
    pubsub.close();
    host.close();
  }
}
