package io.ethpeerflow.gossipsub.cache;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the last heartbeats, for peers that ask for them, and their ids, for gossip. Time
 * is counted in heartbeats: {@link #shift} ends one.
 *
 * <p>When a bound is reached, the oldest messages go before their time. Not thread-safe.
 */
public final class MessageCache {
  private static final class Entry {
    final MessageId id;
    final Message message;
    @Nullable Map<PeerId, Byte> transmissions;

    Entry(MessageId id, Message message) {
      this.id = id;
      this.message = message;
    }
  }

  /** What came between two heartbeats, by topic, and in order of arrival. */
  private static final class Window {
    final Map<TopicId, ArrayDeque<Entry>> byTopic = new HashMap<>();
    final ArrayDeque<Entry> inOrder = new ArrayDeque<>();
  }

  private final MessageCacheConfig config;
  private final Map<MessageId, Entry> byId = new HashMap<>();
  // newest first
  private final ArrayDeque<Window> windows = new ArrayDeque<>();
  private long bytes;

  /** An empty cache. */
  public MessageCache(MessageCacheConfig config) {
    this.config = config;
    windows.add(new Window());
  }

  /**
   * Keeps a message; one that is there already, or exceeds the bound by itself, is not.
   *
   * @return whether it is kept
   */
  public boolean put(MessageId id, Message message) {
    if (message.sizeBytes() > config.maxBytes() || byId.containsKey(id)) {
      return false;
    }
    while (byId.size() >= config.maxMessages() || bytes + message.sizeBytes() > config.maxBytes()) {
      dropOldest();
    }
    var entry = new Entry(id, message);
    Window newest = windows.getFirst();
    newest.inOrder.add(entry);
    newest.byTopic.computeIfAbsent(message.topic(), t -> new ArrayDeque<>()).add(entry);
    byId.put(id, entry);
    bytes += message.sizeBytes();
    return true;
  }

  private void dropOldest() {
    while (windows.getLast().inOrder.isEmpty()) {
      windows.removeLast();
    }
    Window window = windows.getLast();
    Entry oldest = window.inOrder.remove();
    TopicId topic = oldest.message.topic();
    ArrayDeque<Entry> ofTopic = window.byTopic.get(topic);
    if (ofTopic != null) {
      ofTopic.remove();
      if (ofTopic.isEmpty()) {
        window.byTopic.remove(topic);
      }
    }
    forget(oldest);
  }

  private void forget(Entry entry) {
    byId.remove(entry.id);
    bytes -= entry.message.sizeBytes();
  }

  /** A message, or null when it is not there. */
  public @Nullable Message get(MessageId id) {
    Entry entry = byId.get(id);
    return entry == null ? null : entry.message;
  }

  /**
   * A message that a peer asked for, and counts that it did.
   *
   * @return null when it is not there, or the peer got it as often as it may
   */
  public @Nullable Message transmit(MessageId id, PeerId peer) {
    Entry entry = byId.get(id);
    if (entry == null) {
      return null;
    }
    if (entry.transmissions == null) {
      entry.transmissions = new HashMap<>();
    }
    // the objects of all bytes exist: counting allocates nothing
    byte times = entry.transmissions.getOrDefault(peer, (byte) 0);
    // [spec gossipsub-1.1/iwant-spam]
    if (times >= config.maxTransmissions()) {
      return null;
    }
    entry.transmissions.put(peer, (byte) (times + 1));
    return entry.message;
  }

  /** The ids of a topic that are gossiped, newest heartbeat first. */
  public MessageIds gossip(TopicId topic) {
    List<MessageId> ids = new ArrayList<>();
    int left = config.gossipWindows();
    for (Window window : windows) {
      if (left-- == 0) {
        break;
      }
      ArrayDeque<Entry> entries = window.byTopic.get(topic);
      if (entries != null) {
        entries.forEach(entry -> ids.add(entry.id));
      }
    }
    return ids.isEmpty() ? MessageIds.NONE : MessageIds.of(ids);
  }

  /** Ends a heartbeat: what is older than the history is dropped. */
  // [spec gossipsub-1.0/mcache]
  public void shift() {
    windows.addFirst(new Window());
    while (windows.size() > config.historyWindows()) {
      windows.removeLast().inOrder.forEach(this::forget);
    }
  }

  /** How many messages there are. */
  public int size() {
    return byId.size();
  }

  /** Length of the protobuf forms of all messages, in bytes. */
  public long sizeBytes() {
    return bytes;
  }
}
