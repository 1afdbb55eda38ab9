package io.ethpeerflow.gossipsub.queue;

import io.ethpeerflow.gossipsub.queue.Entry.OfMessage;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The entries of all lanes; what can be cancelled, by its id. */
final class Lanes {
  /** Fewer than this are looked through one by one. */
  static final int INDEXED_FROM = 16;

  private final Map<Lane, EntryList> lists = new EnumMap<>(Lane.class);
  private final EntryList own;
  private final EntryList forwarded;
  private final EntryList answers;
  private final EntryList[] all;
  // from the first cancelling that finds many of them until they are gone
  private @Nullable MessageIndex index;

  Lanes() {
    for (Lane lane : Lane.values()) {
      lists.put(lane, new EntryList());
    }
    own = of(Lane.OWN);
    forwarded = of(Lane.FORWARDED);
    answers = of(Lane.ANSWERS);
    all = lists.values().toArray(EntryList[]::new);
  }

  EntryList of(Lane lane) {
    return Objects.requireNonNull(lists.get(lane));
  }

  boolean isEmpty() {
    for (EntryList list : all) {
      if (!list.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  long bytes() {
    long bytes = 0;
    for (EntryList list : all) {
      bytes += list.sizeBytes();
    }
    return bytes;
  }

  int messages() {
    return own.count() + cancellable();
  }

  private int cancellable() {
    return forwarded.count() + answers.count();
  }

  private static @Nullable OfMessage cancellable(Entry entry) {
    return entry instanceof OfMessage message && entry.lane != Lane.OWN ? message : null;
  }

  void add(Entry entry) {
    of(entry.lane).add(entry);
    OfMessage message = cancellable(entry);
    if (index != null && message != null) {
      index.add(message);
    }
  }

  void remove(Entry entry) {
    of(entry.lane).remove(entry);
    OfMessage message = cancellable(entry);
    if (index != null && message != null) {
      index.remove(message);
      index = cancellable() == 0 ? null : index;
    }
  }

  /** Removes all that can be cancelled with an id; returns how many. */
  int cancel(MessageId id) {
    if (index == null && cancellable() < INDEXED_FROM) {
      return cancelIn(forwarded, id) + cancelIn(answers, id);
    }
    MessageIndex byId = index;
    if (byId == null) {
      byId = new MessageIndex();
      addAll(forwarded, byId);
      addAll(answers, byId);
      index = byId;
    }
    int cancelled = 0;
    for (OfMessage entry = byId.get(id); entry != null; entry = byId.get(id)) {
      remove(entry);
      cancelled++;
    }
    return cancelled;
  }

  private int cancelIn(EntryList list, MessageId id) {
    int cancelled = 0;
    Entry entry = list.first();
    while (entry != null) {
      Entry after = entry.next;
      if (entry instanceof OfMessage message && message.id.equals(id)) {
        remove(entry);
        cancelled++;
      }
      entry = after;
    }
    return cancelled;
  }

  private static void addAll(EntryList list, MessageIndex into) {
    for (Entry entry = list.first(); entry != null; entry = entry.next) {
      if (entry instanceof OfMessage message) {
        into.add(message);
      }
    }
  }
}
