package io.ethpeerflow.gossipsub.rpc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a message (1.3). Group, parts and metadata are opaque to pubsub. The arrays are not
 * copied and must not change.
 *
 * @param topic the topic; {@link TopicId#EMPTY} also when absent
 * @param group which message the parts are of, null when absent
 * @param message the parts, null when absent
 * @param partsMetadata which parts the sender has and wants, null when absent
 */
public record PartialMessage(
    TopicId topic,
    byte @Nullable [] group,
    byte @Nullable [] message,
    byte @Nullable [] partsMetadata) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PartialMessage that
        && topic.equals(that.topic)
        && Arrays.equals(group, that.group)
        && Arrays.equals(message, that.message)
        && Arrays.equals(partsMetadata, that.partsMetadata);
  }

  @Override
  public int hashCode() {
    int hash = 31 * topic.hashCode() + Arrays.hashCode(group);
    return 31 * (31 * hash + Arrays.hashCode(message)) + Arrays.hashCode(partsMetadata);
  }
}
