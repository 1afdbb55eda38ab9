package io.ethpeerflow.gossipsub.score;

import io.ethpeerflow.wire.peer.PeerId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a peer; {@code topics} by {@link TopicRule#index}, null where it did nothing.
 */
final class PeerState {
  static final AddressGroup[] NO_ADDRESSES = {};

  final PeerId id;
  boolean connected = true;
  // among those connected
  int place;
  long forgetNanos;
  double breaches;
  AddressGroup[] addresses = NO_ADDRESSES;
  @Nullable TopicCounters[] topics;

  PeerState(PeerId id, int topicCount) {
    this.id = id;
    this.topics = new @Nullable TopicCounters[topicCount];
  }

  TopicCounters counters(TopicRule rule) {
    if (rule.index >= topics.length) {
      topics = Arrays.copyOf(topics, rule.index + 1);
    }
    TopicCounters counters = topics[rule.index];
    if (counters == null) {
      counters = new TopicCounters();
      topics[rule.index] = counters;
    }
    return counters;
  }

  @Nullable TopicCounters countersIfAny(int index) {
    return index < topics.length ? topics[index] : null;
  }
}
