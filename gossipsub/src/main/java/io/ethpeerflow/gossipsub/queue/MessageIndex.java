package io.ethpeerflow.gossipsub.queue;

import io.ethpeerflow.gossipsub.queue.Entry.OfMessage;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages by their ids; those that share one are chained. */
final class MessageIndex {
  private final Map<MessageId, OfMessage> newest = new HashMap<>();

  /** The newest message with this id; {@link OfMessage#sameId} leads to the others. */
  @Nullable OfMessage get(MessageId id) {
    return newest.get(id);
  }

  void add(OfMessage entry) {
    entry.sameId = newest.put(entry.id, entry);
  }

  void remove(OfMessage entry) {
    OfMessage at = newest.get(entry.id);
    if (at == entry) {
      if (entry.sameId == null) {
        newest.remove(entry.id);
      } else {
        newest.put(entry.id, entry.sameId);
      }
    } else {
      while (at != null && at.sameId != entry) {
        at = at.sameId;
      }
      if (at != null) {
        at.sameId = entry.sameId;
      }
    }
    entry.sameId = null;
  }
}
