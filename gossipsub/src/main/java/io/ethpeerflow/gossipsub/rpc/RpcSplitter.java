package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.gossipsub.rpc.Rpc.Control;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides an RPC into parts that a peer takes. The order of each list is kept; extensions, which
 * belong into the first RPC of a stream, are in the first part. Lists of ids are divided, and of a
 * PRUNE the recommended peers that do not fit are left out: a second PRUNE would mean something
 * else.
 */
public final class RpcSplitter {
  private final int maxBytes;
  private final List<Rpc> parts = new ArrayList<>();
  private final List<Message> tooLong = new ArrayList<>();
  private Rpc.Builder part = new Rpc.Builder();
  private int entriesTooLong;

  private RpcSplitter(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * What becomes of an RPC.
   *
   * @param parts in the order in which they have to be sent, each within the bound; none for an
   *     empty RPC
   * @param tooLong messages that no part can hold
   * @param entriesTooLong what else no part can hold: subscriptions, topics, ids or partial
   *     messages that are longer than the bound by themselves
   */
  public record Split(List<Rpc> parts, List<Message> tooLong, int entriesTooLong) {
    /** Copies the lists. */
    public Split {
      parts = List.copyOf(parts);
      tooLong = List.copyOf(tooLong);
    }
  }

  /**
   * Divides an RPC; one that fits is its own only part.
   *
   * @param maxBytes the longest RPC that the peer takes, without its length prefix; at least 64
   * @throws IllegalArgumentException if {@code maxBytes} is below 64
   */
  public static Split split(Rpc rpc, int maxBytes) {
    if (maxBytes < 64) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " < 64");
    }
    if (RpcEncoder.sizeBytes(rpc) <= maxBytes) {
      return new Split(rpc.isEmpty() ? List.of() : List.of(rpc), List.of(), 0);
    }
    var splitter = new RpcSplitter(maxBytes);
    splitter.add(rpc);
    splitter.end();
    return new Split(splitter.parts, splitter.tooLong, splitter.entriesTooLong);
  }

  private void add(Rpc rpc) {
    Control control = rpc.control();
    if (control.extensions() != null) {
      part.extensions(control.extensions());
    }
    for (Subscription subscription : rpc.subscriptions()) {
      if (room(0, RpcEncoder.size(subscription))) {
        part.subscription(subscription);
      }
    }
    for (TopicId topic : control.graft()) {
      if (room(RpcEncoder.graftSize(topic), 0)) {
        part.graft(topic);
      }
    }
    for (Prune prune : control.prune()) {
      addPrune(prune);
    }
    for (MessageIds ids : control.idontwant()) {
      addIds(ids, 0, 1, run -> part.idontwant(run));
    }
    for (Message message : rpc.publish()) {
      int size = RpcEncoder.size(message);
      if (size > maxBytes) {
        tooLong.add(message);
      } else if (room(0, size)) {
        part.publish(message);
      }
    }
    for (IHave ihave : control.ihave()) {
      int topicBytes = ihave.topic().fieldSize(1);
      addIds(ihave.ids(), topicBytes, 2, run -> part.ihave(new IHave(ihave.topic(), run)));
    }
    for (MessageIds ids : control.iwant()) {
      addIds(ids, 0, 1, run -> part.iwant(run));
    }
    if (rpc.partial() != null && room(0, RpcEncoder.size(rpc.partial()))) {
      part.partial(rpc.partial());
    }
    if (rpc.testExtension() && room(0, RpcEncoder.TEST_EXTENSION_BYTES)) {
      part.testExtension();
    }
  }

  /** Begins a new part if the current one has no room; false if even an empty one has none. */
  private boolean room(int control, int other) {
    if (part.sizeBytesWith(control, other) <= maxBytes) {
      return true;
    }
    if (RpcEncoder.size((long) other, control) > maxBytes) {
      entriesTooLong++;
      return false;
    }
    end();
    return true;
  }

  private void end() {
    if (!part.isEmpty()) {
      parts.add(part.build());
      part = new Rpc.Builder();
    }
  }

  private void addPrune(Prune prune) {
    List<PeerInfo> peers = prune.peers();
    Prune fitting = prune;
    while (!peers.isEmpty() && RpcEncoder.size(0L, RpcEncoder.size(fitting)) > maxBytes) {
      peers = peers.subList(0, peers.size() - 1);
      fitting = new Prune(prune.topic(), peers, prune.backoffSeconds());
    }
    if (room(RpcEncoder.size(fitting), 0)) {
      part.prune(fitting);
    }
  }

  private interface Sink {
    void accept(MessageIds run);
  }

  /** Fills the current part and as many more as it takes. */
  private void addIds(MessageIds ids, int topicBytes, int field, Sink sink) {
    int from = 0;
    int runBytes = topicBytes;
    for (int to = 0; to < ids.count(); to++) {
      int idBytes = ids.fieldSize(field, to);
      if (fits(runBytes + idBytes)) {
        runBytes += idBytes;
        continue;
      }
      if (to > from) {
        sink.accept(ids.range(from, to));
      }
      end();
      from = to;
      runBytes = topicBytes + idBytes;
      if (!fits(runBytes)) {
        entriesTooLong++;
        from = to + 1;
        runBytes = topicBytes;
      }
    }
    if (ids.count() > from) {
      sink.accept(ids.range(from, ids.count()));
    }
  }

  private boolean fits(int contentBytes) {
    return part.sizeBytesWith(ProtoWriter.sizeOfBytes(1, contentBytes), 0) <= maxBytes;
  }
}
