package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.gossipsub.GossipSub;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.router.Publication;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One topic of the pubsub of a host of ours, and what came on it. */
public final class OurPubsub implements AutoCloseable {
  private final PeerId self;
  private final GossipSub pubsub;
  private final Topic topic;
  private final List<ReceivedMessage> received = new CopyOnWriteArrayList<>();
  private Registration subscription = () -> {};

  /** Pubsub on a host, of which one topic is looked at. */
  public OurPubsub(OurHost host, GossipSubConfig config, String topic) {
    this.self = host.id();
    this.pubsub = GossipSub.attach(host.host(), config);
    this.topic = pubsub.join(topic);
  }

  /** The topic. */
  public Topic topic() {
    return topic;
  }

  /** Subscribes; what comes is noted. */
  public OurPubsub subscribe() {
    subscription =
        topic.subscribe(
            message -> {
              if (!message.via().equals(self)) {
                received.add(message);
              }
            });
    return this;
  }

  /** Ends the subscription. */
  public void unsubscribe() {
    subscription.close();
  }

  /** Waits until a peer is known to be subscribed. */
  public void awaitSubscribed(PeerId peer) {
    Await.until(
        peer + " is subscribed",
        OurHost.LIMIT,
        () -> Await.done(OurHost.LIMIT, topic.peers()).contains(peer));
  }

  /** Waits until a peer is known not to be subscribed. */
  public void awaitUnsubscribed(PeerId peer) {
    Await.until(
        peer + " is not subscribed",
        OurHost.LIMIT,
        () -> !Await.done(OurHost.LIMIT, topic.peers()).contains(peer));
  }

  /** Waits until a peer is in our mesh. */
  public void awaitMeshed(PeerId peer) {
    Await.until(peer + " is in our mesh", OurHost.LIMIT, () -> isMeshed(peer));
  }

  /** Waits until a peer is not in our mesh. */
  public void awaitNotMeshed(PeerId peer) {
    Await.until(peer + " is not in our mesh", OurHost.LIMIT, () -> !isMeshed(peer));
  }

  private boolean isMeshed(PeerId peer) {
    return Await.done(OurHost.LIMIT, topic.mesh()).contains(peer);
  }

  /** Publishes. */
  public Publication publish(byte[] data) {
    return Await.done(OurHost.LIMIT, topic.publish(data));
  }

  /** Waits for so many messages of others and gives all that have come. */
  public List<ReceivedMessage> await(int count) {
    Await.until(count + " messages", OurHost.LIMIT, () -> received.size() >= count);
    return received;
  }

  /** The messages of others that have come. */
  public List<ReceivedMessage> received() {
    return received;
  }

  @Override
  public void close() {
    pubsub.close();
  }
}
