package io.ethpeerflow.gossipsub;

import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.gossipsub.router.RouterObserver;
import io.ethpeerflow.gossipsub.rpc.RpcLimits;
import io.ethpeerflow.gossipsub.sign.MessageIdFunction;
import io.ethpeerflow.gossipsub.sign.SigningPolicy;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * How pubsub runs on a host.
 *
 * @param router mesh, gossip, scores and their bounds
 * @param limits of one RPC that a peer sends; its {@code maxRpcBytes} is the longest that is read
 * @param queue what may wait for one peer, and the longest RPC that peers take
 * @param signing whether messages are signed, and have to be; default {@link
 *     SigningPolicy#STRICT_SIGN}
 * @param messageId by which id messages are known; default author and sequence number. It has to be
 *     the same at all peers of a topic, and must not use the author with a policy that does not
 *     sign
 * @param validation how many messages may be in validation, and for how long
 * @param versions what is spoken, the best first; default all, floodsub the last
 * @param applicationScore P5 of a peer; called on pubsub's loop, must be fast and finite; default 0
 * @param observer hears what the router does, on pubsub's loop; must be fast
 */
public record GossipSubConfig(
    RouterConfig router,
    RpcLimits limits,
    QueueConfig queue,
    SigningPolicy signing,
    MessageIdFunction messageId,
    ValidationConfig validation,
    List<PubsubVersion> versions,
    ToDoubleFunction<PeerId> applicationScore,
    RouterObserver observer) {
  /** The defaults. */
  public static final GossipSubConfig DEFAULT =
      new GossipSubConfig(
          RouterConfig.DEFAULT,
          RpcLimits.DEFAULT,
          QueueConfig.DEFAULT,
          SigningPolicy.STRICT_SIGN,
          MessageIdFunction.FROM_AND_SEQNO,
          ValidationConfig.DEFAULT,
          PubsubVersion.bestFirst(),
          peer -> 0,
          RouterObserver.NONE);

  /** Checks how the values relate. */
  public GossipSubConfig {
    versions = List.copyOf(versions);
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("versions: there is none");
    }
    if (!signing.signs() && messageId.equals(MessageIdFunction.FROM_AND_SEQNO)) {
      throw new IllegalArgumentException(
          "messageId: author and sequence number, which " + signing + " does not send");
    }
  }

  private static final class Draft {
    RouterConfig router;
    RpcLimits limits;
    QueueConfig queue;
    SigningPolicy signing;
    MessageIdFunction messageId;
    ValidationConfig validation;
    List<PubsubVersion> versions;
    ToDoubleFunction<PeerId> applicationScore;
    RouterObserver observer;

    Draft(GossipSubConfig from) {
      router = from.router;
      limits = from.limits;
      queue = from.queue;
      signing = from.signing;
      messageId = from.messageId;
      validation = from.validation;
      versions = from.versions;
      applicationScore = from.applicationScore;
      observer = from.observer;
    }
  }

  private GossipSubConfig with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new GossipSubConfig(
        draft.router,
        draft.limits,
        draft.queue,
        draft.signing,
        draft.messageId,
        draft.validation,
        draft.versions,
        draft.applicationScore,
        draft.observer);
  }

  /** With another {@link #router}. */
  public GossipSubConfig withRouter(RouterConfig value) {
    return with(draft -> draft.router = value);
  }

  /** With other {@link #limits}. */
  public GossipSubConfig withLimits(RpcLimits value) {
    return with(draft -> draft.limits = value);
  }

  /** With another {@link #queue}. */
  public GossipSubConfig withQueue(QueueConfig value) {
    return with(draft -> draft.queue = value);
  }

  /** With another policy and the ids that go with it. */
  public GossipSubConfig withSigning(SigningPolicy policy, MessageIdFunction id) {
    return with(
        draft -> {
          draft.signing = policy;
          draft.messageId = id;
        });
  }

  /** With another {@link #validation}. */
  public GossipSubConfig withValidation(ValidationConfig value) {
    return with(draft -> draft.validation = value);
  }

  /** With other {@link #versions}. */
  public GossipSubConfig withVersions(List<PubsubVersion> value) {
    return with(draft -> draft.versions = value);
  }

  /** With another {@link #applicationScore}. */
  public GossipSubConfig withApplicationScore(ToDoubleFunction<PeerId> value) {
    return with(draft -> draft.applicationScore = value);
  }

  /** With another {@link #observer}. */
  public GossipSubConfig withObserver(RouterObserver value) {
    return with(draft -> draft.observer = value);
  }
}
