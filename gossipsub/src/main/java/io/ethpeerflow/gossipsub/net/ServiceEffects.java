package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.router.RouterEffects;
import io.ethpeerflow.gossipsub.router.RouterObserver;
import io.ethpeerflow.gossipsub.router.Verdict;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.sign.MessageVerifier;
import io.ethpeerflow.wire.peer.PeerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the router wants done. */
final class ServiceEffects implements RouterEffects {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceEffects.class);

  private final PubsubService service;
  private final GossipSubConfig config;
  private final MessageVerifier verifier;
  private final Recommendations recommendations;
  private final RouterObserver observer;

  ServiceEffects(PubsubService service, Host host, GossipSubConfig config) {
    this.service = service;
    this.config = config;
    this.verifier = new MessageVerifier(config.signing());
    this.recommendations = new Recommendations(host);
    this.observer = new CountingObserver(host.context().metrics(), config.observer());
  }

  @Override
  public void validate(MessageId id, Message message, PeerId via) {
    LocalTopic topic = service.topic(message.topic());
    if (verifier.refusalOfSignature(message) != null) {
      service.router().validated(id, Verdict.REJECT, service.loop().nanoTime());
    } else if (topic == null) {
      service.router().validated(id, Verdict.IGNORE, service.loop().nanoTime());
    } else {
      topic.validate(new ReceivedMessage(id, via, message));
    }
  }

  @Override
  public void deliver(MessageId id, Message message, PeerId via) {
    LocalTopic topic = service.topic(message.topic());
    if (topic != null) {
      topic.deliver(new ReceivedMessage(id, via, message));
    }
  }

  @Override
  public void connect(byte[] peerId, byte @Nullable [] signedPeerRecord) {
    recommendations.follow(peerId, signedPeerRecord);
  }

  @Override
  public byte @Nullable [] signedPeerRecord(PeerId peer) {
    return recommendations.recordOf(peer);
  }

  @Override
  public @Nullable MessageId idOf(Message message) {
    try {
      return config.messageId().idOf(message);
    } catch (RuntimeException failure) {
      LOG.debug("the function of message ids failed topic={}", message.topic(), failure);
      return null;
    }
  }

  @Override
  public boolean isWellFormed(Message message) {
    return verifier.refusalOfForm(message) == null;
  }

  @Override
  public RouterObserver observer() {
    return observer;
  }

  @Override
  public void subscriptionChanged(PeerId peer, TopicId topic, boolean subscribed) {
    LOG.debug("peer={} topic={} subscribed={}", peer, topic, subscribed);
  }
}
