package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.ArrayList;
import java.util.List;

/** A peer of the router under test: says what a test wants, and records what it is told. */
final class Remote implements PeerOutput {
  final PeerId id;
  final List<Subscription> subscriptions = new ArrayList<>();
  final List<Extensions> extensions = new ArrayList<>();
  final List<TopicId> grafts = new ArrayList<>();
  final List<Prune> prunes = new ArrayList<>();
  final List<IHave> ihaves = new ArrayList<>();
  final List<MessageId> iwants = new ArrayList<>();
  final List<MessageId> idontwants = new ArrayList<>();
  final List<MessageId> published = new ArrayList<>();
  final List<MessageId> forwarded = new ArrayList<>();
  final List<MessageId> answered = new ArrayList<>();
  final List<MessageId> cancelled = new ArrayList<>();

  /** Every call in its order. */
  final List<String> calls = new ArrayList<>();

  /** Whether it takes own messages. */
  boolean takesPublished = true;

  /** What the next heartbeat hears about messages that were dropped. */
  int dropped;

  private final RouterFixture fixture;

  Remote(RouterFixture fixture, PeerId id) {
    this.fixture = fixture;
    this.id = id;
  }

  Remote says(Rpc rpc) {
    fixture.router.receive(id, rpc, fixture.now);
    return this;
  }

  Remote says(Rpc.Builder rpc) {
    return says(rpc.build());
  }

  Remote subscribes(TopicId topic) {
    return says(Rpc.subscribing(Subscription.to(topic)));
  }

  Remote unsubscribes(TopicId topic) {
    return says(Rpc.subscribing(Subscription.end(topic)));
  }

  Remote grafts(TopicId topic) {
    return says(new Rpc.Builder().graft(topic));
  }

  Remote prunes(TopicId topic, long backoffSeconds) {
    return says(new Rpc.Builder().prune(new Prune(topic, List.of(), backoffSeconds)));
  }

  Remote has(TopicId topic, MessageId... ids) {
    return says(new Rpc.Builder().ihave(new IHave(topic, MessageIds.of(ids))));
  }

  Remote wants(MessageId... ids) {
    return says(new Rpc.Builder().iwant(MessageIds.of(ids)));
  }

  Remote doesNotWant(MessageId... ids) {
    return says(new Rpc.Builder().idontwant(MessageIds.of(ids)));
  }

  Remote sends(Message message) {
    return says(Rpc.publishing(message));
  }

  /** Forgets what was recorded. */
  void clear() {
    List.of(
            subscriptions,
            extensions,
            grafts,
            prunes,
            ihaves,
            iwants,
            idontwants,
            published,
            forwarded,
            answered,
            cancelled,
            calls)
        .forEach(List::clear);
  }

  private <T> void record(String what, List<T> where, T value) {
    where.add(value);
    calls.add(what + " " + value);
  }

  @Override
  public void extensions(Extensions supported) {
    record("extensions", extensions, supported);
  }

  @Override
  public void subscription(Subscription subscription) {
    record("subscription", subscriptions, subscription);
  }

  @Override
  public void graft(TopicId topic) {
    record("graft", grafts, topic);
  }

  @Override
  public void prune(Prune prune) {
    prunes.add(prune);
    calls.add("prune " + prune.topic() + " " + prune.peers().size() + " " + prune.backoffSeconds());
  }

  @Override
  public void idontwant(MessageId message) {
    record("idontwant", idontwants, message);
  }

  @Override
  public void ihave(IHave ihave) {
    ihaves.add(ihave);
    calls.add("ihave " + ihave.topic() + " " + ihave.ids().toList());
  }

  @Override
  public void iwant(MessageIds ids) {
    iwants.addAll(ids.toList());
    calls.add("iwant " + ids.toList());
  }

  @Override
  public boolean publish(MessageId message, Message content) {
    if (takesPublished) {
      record("publish", published, message);
    }
    return takesPublished;
  }

  @Override
  public void forward(MessageId message, Message content) {
    record("forward", forwarded, message);
  }

  @Override
  public void answer(MessageId message, Message content) {
    record("answer", answered, message);
  }

  @Override
  public void cancel(MessageId message) {
    record("cancel", cancelled, message);
  }

  @Override
  public int takeDropped() {
    int taken = dropped;
    dropped = 0;
    return taken;
  }

  @Override
  public String toString() {
    return "remote " + id;
  }
}
