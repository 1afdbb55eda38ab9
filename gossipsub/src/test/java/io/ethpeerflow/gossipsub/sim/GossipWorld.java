package io.ethpeerflow.gossipsub.sim;

import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.gossipsub.router.RouterObserver;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.net.SimNetwork;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.Trace;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Peers of one topic in a simulated network, all of it from one seed. Each honest peer dials some
 * others at random, and again when it has lost some.
 */
final class GossipWorld {
  static final TopicId TOPIC = TopicId.of("world");
  private static final int PORT = 4001;
  private static final byte INVALID = 1;
  private static final int ID_BYTES = 16;

  /** What is noted of a message. */
  static final class Published {
    final long atNanos;
    final Map<HonestPeer, Long> deliveredNanos = new LinkedHashMap<>();

    Published(long atNanos) {
      this.atNanos = atNanos;
    }
  }

  private final SeededRandom random;
  private final VirtualClock clock = new VirtualClock();
  private final Trace trace = new Trace(0);
  private final SimNetwork network;
  private final RouterConfig config;
  private final PubsubVersion version;
  private final int degree;
  private final List<HonestPeer> honest = new ArrayList<>();
  private final List<Participant> dialable = new ArrayList<>();
  private final Map<PeerId, Participant> byId = new HashMap<>();
  private final Map<MessageId, Published> published = new LinkedHashMap<>();
  private int names;
  private long duplicates;

  private final RouterObserver observer =
      new RouterObserver() {
        @Override
        public void duplicate(MessageId id, Message message, PeerId via) {
          duplicates++;
        }
      };

  GossipWorld(
      long seed, RouterConfig config, PubsubVersion version, int degree, LinkProfile links) {
    this.random = new SeededRandom(seed);
    this.network = new SimNetwork(random.nextLong(), clock, trace);
    this.network.defaultLink(links);
    this.config = config;
    this.version = version;
    this.degree = degree;
  }

  VirtualClock clock() {
    return clock;
  }

  RouterObserver observer() {
    return observer;
  }

  SeededRandom random() {
    return random;
  }

  List<HonestPeer> honest() {
    return honest;
  }

  long duplicates() {
    return duplicates;
  }

  /** Two runs of one seed have the same. */
  String digest() {
    return trace.digest();
  }

  /** An id as real ones are: a digest of something. */
  PeerId newPeerId() {
    byte[] id = new byte[34];
    ByteBuffer.wrap(id)
        .put((byte) 0x12)
        .put((byte) 32)
        .putLong(random.nextLong())
        .putLong(random.nextLong())
        .putLong(random.nextLong())
        .putLong(random.nextLong());
    try {
      return PeerId.decode(id);
    } catch (WireFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** A machine with an address of its own. */
  SimNode newNode() {
    int number = ++names;
    return network.node(
        "n" + number, "10." + (number >> 16) + "." + (number >> 8 & 0xff) + "." + (number & 0xff));
  }

  InetSocketAddress addressOf(Participant participant) {
    return new InetSocketAddress(participant.node().addresses().get(0), PORT);
  }

  /** A participant can be dialed from now on. */
  void open(Participant participant) {
    try {
      participant
          .node()
          .listen(
              participant.loop(),
              addressOf(participant),
              socket -> new SimLink(participant, false));
    } catch (BindException e) {
      throw new AssertionError(e);
    }
    dialable.add(participant);
    byId.put(participant.id(), participant);
  }

  /** A further honest peer, which subscribes and dials. */
  HonestPeer addHonest() {
    var peer = new HonestPeer(this, newPeerId(), newNode(), config, version, random.fork());
    honest.add(peer);
    open(peer);
    peer.join(TOPIC);
    dialSome(peer, degree);
    return peer;
  }

  /** An honest peer is switched off. */
  void crash(HonestPeer peer) {
    honest.remove(peer);
    dialable.remove(peer);
    byId.remove(peer.id());
    peer.crash();
  }

  private void dialSome(HonestPeer peer, int count) {
    for (int i = 0; i < count && dialable.size() > 1; i++) {
      Participant other = random.pick(dialable);
      if (!other.id().equals(peer.id())) {
        peer.dial(other);
      }
    }
  }

  /** Lost links are replaced, one in each heartbeat. */
  void heartbeat(HonestPeer peer) {
    if (peer.degree() < degree) {
      dialSome(peer, 1);
    }
  }

  void lost(HonestPeer peer) {
    heartbeat(peer);
  }

  void recommended(HonestPeer peer, byte[] peerId) {
    try {
      Participant other = byId.get(PeerId.decode(peerId));
      if (other != null) {
        peer.dial(other);
      }
    } catch (WireFormatException ofAnAttacker) {
      return;
    }
  }

  void run(Duration time) {
    clock.advance(time);
  }

  MessageId publish(HonestPeer peer, int bytes) {
    Message message = message(false, bytes);
    MessageId id = idOf(message);
    published.put(id, new Published(clock.nanoTime()));
    peer.publish(id, message);
    return id;
  }

  /** A message of that many bytes at least; an invalid one is seen to be so by whoever looks. */
  Message message(boolean invalid, int bytes) {
    byte[] data = new byte[Math.max(bytes, ID_BYTES + 1)];
    ByteBuffer.wrap(data).putLong(random.nextLong()).putLong(random.nextLong());
    data[ID_BYTES] = invalid ? INVALID : 0;
    return Message.unsigned(TOPIC, data);
  }

  MessageId idOf(Message message) {
    return MessageId.of(message.data(), 0, Math.min(ID_BYTES, message.dataBytes()));
  }

  boolean isValid(Message message) {
    return message.dataBytes() > ID_BYTES && message.data()[ID_BYTES] != INVALID;
  }

  void delivered(HonestPeer peer, MessageId id, long nowNanos) {
    Published message = published.get(id);
    if (message != null) {
      message.deliveredNanos.putIfAbsent(peer, nowNanos);
    }
  }

  /** What came of the messages that are noted, as far as peers are concerned that stayed. */
  Report report(Duration settled) {
    return Report.of(published.values(), honest, settled);
  }

  /** Forgets the messages so far: what is reported begins anew. */
  void forgetMessages() {
    published.clear();
    duplicates = 0;
  }

  long sentBytes() {
    return honest.stream().mapToLong(HonestPeer::sentBytes).sum();
  }
}
