package io.ethpeerflow.gossipsub.rpc;

/**
 * A peer begins or ends to be interested in a topic.
 *
 * @param topic the topic
 * @param subscribe whether it begins
 * @param requestsPartial whether it would rather have partial messages (1.3)
 * @param supportsSendingPartial whether it can send partial messages (1.3); implied by {@code
 *     requestsPartial}, see {@link #canSendPartial}
 */
public record Subscription(
    TopicId topic, boolean subscribe, boolean requestsPartial, boolean supportsSendingPartial) {
  /** A subscription without partial messages. */
  public static Subscription to(TopicId topic) {
    return new Subscription(topic, true, false, false);
  }

  /** The end of a subscription. */
  public static Subscription end(TopicId topic) {
    return new Subscription(topic, false, false, false);
  }

  /** Whether the peer can send partial messages: it says so, or it asks for them. */
  public boolean canSendPartial() {
    // [spec gossipsub-1.3/partial-implied]
    return supportsSendingPartial || requestsPartial;
  }
}
