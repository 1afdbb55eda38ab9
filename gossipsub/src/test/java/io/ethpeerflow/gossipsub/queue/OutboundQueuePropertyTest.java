package io.ethpeerflow.gossipsub.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PartialMessage;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.testkit.seed.SeededRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Whatever is put into a queue, in whatever order, comes out of it: decoded, and in the order of
 * its lanes, except for what the queue says that it dropped, which is the oldest of a lane.
 */
class OutboundQueuePropertyTest {
  private static final int SEEDS = 300;

  private record Sent(MessageId id, Message message) {}

  private record Gossip(TopicId topic, boolean ihave, List<MessageId> ids) {}

  private final Map<Lane, Deque<Object>> model = new EnumMap<>(Lane.class);
  private final Map<Lane, Long> droppedBefore = new EnumMap<>(Lane.class);
  private SeededRandom random;
  private QueueConfig config;
  private OutboundQueue queue;
  private int number;
  private long frames;
  private long dropped;

  private void begin(long seed) {
    random = new SeededRandom(seed);
    int rpcBytes = 1024 + random.nextInt(2048);
    config =
        new QueueConfig(
            rpcBytes + random.nextInt(6000),
            100 + random.nextInt(900),
            1 + random.nextInt(60),
            1 + random.nextInt(20),
            rpcBytes,
            64 + random.nextInt(900),
            1 + random.nextInt(10),
            64 + random.nextInt(400),
            1 + random.nextInt(5));
    queue = new OutboundQueue(config);
    for (Lane lane : Lane.values()) {
      model.put(lane, new ArrayDeque<>());
      droppedBefore.put(lane, 0L);
    }
  }

  @Test
  void whatIsTakenAndNotDroppedIsSentInOrderAndWithinTheBounds() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      begin(seed);
      try {
        for (int i = 0; i < 400; i++) {
          if (random.oneIn(12)) {
            poll();
          } else {
            step();
          }
          assertThat(queue.bytes()).isBetween(0L, (long) config.maxBytes());
          assertThat(queue.messages()).isLessThanOrEqualTo(config.maxMessages());
        }
        while (!queue.isEmpty()) {
          poll();
        }
        assertThat(model.values()).allMatch(Deque::isEmpty);
        assertThat(queue.bytes()).isZero();
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(frames).isGreaterThan(20L * SEEDS);
    assertThat(dropped).isGreaterThan(20L * SEEDS);
  }

  private void step() {
    switch (random.nextInt(10)) {
      case 0 -> subscribe();
      case 1 -> mesh();
      case 2 -> idontwant();
      case 3 -> message(Lane.OWN);
      case 4, 5 -> message(Lane.FORWARDED);
      case 6 -> message(Lane.ANSWERS);
      case 7 -> partial();
      case 8 -> gossip();
      default -> cancel();
    }
  }

  private TopicId topic() {
    return TopicId.of("topic " + random.nextInt(12));
  }

  private MessageId id() {
    return Frames.id(random.nextInt(60));
  }

  /** Notes what was dropped, and the newcomer if it was taken. */
  private void note(Lane lane, Object item, boolean taken) {
    for (Lane each : Lane.values()) {
      long lost = queue.dropped(each) - droppedBefore.put(each, queue.dropped(each));
      if (each == lane && !taken) {
        assertThat(lost).isEqualTo(1);
        continue;
      }
      if (lost > 0) {
        assertThat(taken).as("dropped in vain").isTrue();
        assertThat(each.yieldsTo(lane)).isTrue();
      }
      for (long i = 0; i < lost; i++) {
        model.get(each).remove();
        dropped++;
      }
    }
    if (taken) {
      model.get(lane).add(item);
    }
  }

  /** Puts an item in the place of one like it; false if there is none. */
  private boolean replace(Lane lane, Object item, Predicate<Object> same) {
    Deque<Object> waiting = model.get(lane);
    boolean found = waiting.stream().anyMatch(same);
    List<Object> after = waiting.stream().map(each -> same.test(each) ? item : each).toList();
    waiting.clear();
    waiting.addAll(after);
    return found;
  }

  private void control(Object item, boolean taken, Predicate<Object> same) {
    boolean replaced = taken && replace(Lane.CONTROL, item, same);
    note(Lane.CONTROL, item, taken);
    if (replaced) {
      model.get(Lane.CONTROL).removeLast();
    }
  }

  private void subscribe() {
    var subscription =
        new Subscription(topic(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
    control(
        subscription,
        queue.subscription(subscription),
        each -> each instanceof Subscription s && s.topic().equals(subscription.topic()));
  }

  private void mesh() {
    TopicId topic = topic();
    Predicate<Object> same =
        each -> each.equals(topic) || each instanceof Prune p && p.topic().equals(topic);
    if (random.nextBoolean()) {
      control(topic, queue.graft(topic), same);
    } else {
      var prune = new Prune(topic, List.of(), random.nextInt(1000));
      control(prune, queue.prune(prune), same);
    }
  }

  private void idontwant() {
    MessageId id = id();
    note(Lane.IDONTWANT, id, queue.idontwant(id));
  }

  private void message(Lane lane) {
    MessageId id = id();
    Message message = Frames.message(number++, 4 + random.nextInt(random.oneIn(10) ? 900 : 100));
    boolean taken =
        switch (lane) {
          case OWN -> queue.publish(id, message);
          case FORWARDED -> queue.forward(id, message);
          default -> queue.answer(id, message);
        };
    note(lane, new Sent(id, message), taken);
  }

  private void partial() {
    var partial = new PartialMessage(topic(), random.edgyBytes(0, 50), null, null);
    note(Lane.FORWARDED, partial, queue.partial(partial));
  }

  private void gossip() {
    List<MessageId> ids = new ArrayList<>();
    for (int i = 1 + random.nextInt(random.oneIn(5) ? 60 : 4); i > 0; i--) {
      ids.add(id());
    }
    var gossip = new Gossip(topic(), random.nextBoolean(), ids);
    MessageIds list = MessageIds.of(ids);
    boolean taken = gossip.ihave ? queue.ihave(new IHave(gossip.topic, list)) : queue.iwant(list);
    note(Lane.GOSSIP, gossip, taken);
  }

  private void cancel() {
    MessageId id = id();
    int expected = 0;
    for (Lane lane : List.of(Lane.FORWARDED, Lane.ANSWERS)) {
      Iterator<Object> each = model.get(lane).iterator();
      while (each.hasNext()) {
        if (each.next() instanceof Sent sent && sent.id.equals(id)) {
          each.remove();
          expected++;
        }
      }
    }
    assertThat(queue.cancel(id)).isEqualTo(expected);
  }

  private void poll() throws Exception {
    boolean empty = queue.isEmpty();
    Rpc rpc = Frames.next(queue);
    if (rpc == null) {
      assertThat(empty).isTrue();
      return;
    }
    frames++;
    assertThat(empty).isFalse();
    assertThat(rpc.isEmpty()).isFalse();
    int entries = readControl(rpc) + readIdontwant(rpc) + readMessages(rpc) + readGossip(rpc);
    assertThat(RpcEncoder.sizeBytes(rpc)).isLessThanOrEqualTo(config.maxRpcBytes());
    if (entries > 1) {
      assertThat(RpcEncoder.sizeBytes(rpc)).isLessThanOrEqualTo(config.targetRpcBytes());
      int controlBytes = RpcEncoder.sizeBytes(Rpc.controlling(rpc.control()));
      assertThat(controlBytes).isLessThanOrEqualTo(4 + config.maxControlBytesPerRpc());
    }
  }

  private int readControl(Rpc rpc) {
    var grafts = new ArrayDeque<>(rpc.control().graft());
    var prunes = new ArrayDeque<>(rpc.control().prune());
    var subscriptions = new ArrayDeque<>(rpc.subscriptions());
    int count = grafts.size() + prunes.size() + subscriptions.size();
    for (int i = 0; i < count; i++) {
      Object next = model.get(Lane.CONTROL).remove();
      Object read =
          switch (next) {
            case TopicId graft -> grafts.poll();
            case Prune prune -> prunes.poll();
            default -> subscriptions.poll();
          };
      assertThat(read).isEqualTo(next);
    }
    return count;
  }

  private int readIdontwant(Rpc rpc) {
    List<MessageIds> lists = rpc.control().idontwant();
    assertThat(lists).hasSizeLessThanOrEqualTo(1);
    for (MessageIds ids : lists) {
      assertThat(ids.count()).isLessThanOrEqualTo(config.maxIdontwantPerRpc());
      for (MessageId id : ids.toList()) {
        assertThat(model.get(Lane.IDONTWANT).remove()).isEqualTo(id);
      }
    }
    return lists.size();
  }

  private int readMessages(Rpc rpc) {
    var messages = new ArrayDeque<>(rpc.publish());
    PartialMessage partial = rpc.partial();
    int count = messages.size() + (partial == null ? 0 : 1);
    for (int i = 0; i < count; i++) {
      Object next = remove(Lane.OWN, Lane.FORWARDED, Lane.ANSWERS);
      if (next instanceof Sent sent) {
        assertThat(messages.poll()).isEqualTo(sent.message);
      } else {
        assertThat(partial).isEqualTo(next);
        partial = null;
      }
    }
    assertThat(count).isLessThanOrEqualTo(config.maxMessagesPerRpc());
    if (count > 0) {
      assertThat(model.get(Lane.CONTROL)).isEmpty();
    }
    return count;
  }

  private Object remove(Lane... lanes) {
    for (Lane lane : lanes) {
      if (!model.get(lane).isEmpty()) {
        return model.get(lane).remove();
      }
    }
    throw new AssertionError("more messages than wait");
  }

  private int readGossip(Rpc rpc) {
    var ihaves = new ArrayDeque<>(rpc.control().ihave());
    var iwants = new ArrayDeque<>(rpc.control().iwant());
    int count = ihaves.size() + iwants.size();
    for (int i = 0; i < count; i++) {
      var next = (Gossip) model.get(Lane.GOSSIP).remove();
      MessageIds read;
      if (next.ihave) {
        IHave ihave = ihaves.remove();
        assertThat(ihave.topic()).isEqualTo(next.topic);
        read = ihave.ids();
      } else {
        read = iwants.remove();
      }
      assertThat(read.toList()).isEqualTo(next.ids.subList(0, read.count()));
      if (read.count() < next.ids.size()) {
        assertThat(count).as("a part goes alone").isEqualTo(1);
        List<MessageId> rest = next.ids.subList(read.count(), next.ids.size());
        model.get(Lane.GOSSIP).addFirst(new Gossip(next.topic, next.ihave, rest));
      }
    }
    if (count > 0) {
      for (Lane lane : List.of(Lane.CONTROL, Lane.OWN, Lane.FORWARDED, Lane.ANSWERS)) {
        assertThat(model.get(lane)).isEmpty();
      }
    }
    return count;
  }
}
