package io.ethpeerflow.gossipsub.trace;

import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.trace.RpcMeta.MessageMeta;
import io.ethpeerflow.gossipsub.trace.TraceEvent.AddPeer;
import io.ethpeerflow.gossipsub.trace.TraceEvent.DeliverMessage;
import io.ethpeerflow.gossipsub.trace.TraceEvent.DropRpc;
import io.ethpeerflow.gossipsub.trace.TraceEvent.DuplicateMessage;
import io.ethpeerflow.gossipsub.trace.TraceEvent.Graft;
import io.ethpeerflow.gossipsub.trace.TraceEvent.Join;
import io.ethpeerflow.gossipsub.trace.TraceEvent.Leave;
import io.ethpeerflow.gossipsub.trace.TraceEvent.PublishMessage;
import io.ethpeerflow.gossipsub.trace.TraceEvent.RecvRpc;
import io.ethpeerflow.gossipsub.trace.TraceEvent.RejectMessage;
import io.ethpeerflow.gossipsub.trace.TraceEvent.RemovePeer;
import io.ethpeerflow.gossipsub.trace.TraceEvent.SendRpc;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as lines of JSON, each a {@code TraceEvent} of go-libp2p-pubsub's {@code
 * pb/trace.proto} in protobuf's JSON form: bytes in base64, kinds by name; the timestamp is a
 * number. Names that peers chose are escaped, so that none can end a line or steer a terminal.
 *
 * <p>Not thread-safe.
 */
public final class JsonTrace {
  private final byte[] self;
  private final Appendable out;
  private final JsonLine line = new JsonLine();

  /**
   * Traces of one router.
   *
   * @param self whose router it is
   * @param out gets each line in one call, its end included; neither flushed nor closed
   */
  public JsonTrace(PeerId self, Appendable out) {
    this.self = self.toBytes();
    this.out = out;
  }

  /**
   * Writes one event.
   *
   * @param unixNanos when it happened, nanoseconds since 1970-01-01 UTC
   * @throws IOException as the output throws it
   */
  public void write(TraceEvent event, long unixNanos) throws IOException {
    line.begin();
    switch (event) {
      case PublishMessage e -> {
        head("PUBLISH_MESSAGE", unixNanos, "publishMessage");
        id(e.id());
        topic(e.topic());
      }
      case RejectMessage e -> {
        head("REJECT_MESSAGE", unixNanos, "rejectMessage");
        id(e.id());
        peer("receivedFrom", e.receivedFrom());
        line.text("reason", e.reason());
        topic(e.topic());
      }
      case DuplicateMessage e -> {
        head("DUPLICATE_MESSAGE", unixNanos, "duplicateMessage");
        id(e.id());
        peer("receivedFrom", e.receivedFrom());
        topic(e.topic());
      }
      case DeliverMessage e -> {
        head("DELIVER_MESSAGE", unixNanos, "deliverMessage");
        id(e.id());
        topic(e.topic());
        peer("receivedFrom", e.receivedFrom());
      }
      case AddPeer e -> {
        head("ADD_PEER", unixNanos, "addPeer");
        peer("peerID", e.peer());
        line.text("proto", e.protocol().toString());
      }
      case RemovePeer e -> {
        head("REMOVE_PEER", unixNanos, "removePeer");
        peer("peerID", e.peer());
      }
      case RecvRpc e -> {
        head("RECV_RPC", unixNanos, "recvRPC");
        peer("receivedFrom", e.receivedFrom());
        meta(e.meta());
      }
      case SendRpc e -> {
        head("SEND_RPC", unixNanos, "sendRPC");
        peer("sendTo", e.sendTo());
        meta(e.meta());
      }
      case DropRpc e -> {
        head("DROP_RPC", unixNanos, "dropRPC");
        peer("sendTo", e.sendTo());
        meta(e.meta());
      }
      case Join e -> {
        head("JOIN", unixNanos, "join");
        topic(e.topic());
      }
      case Leave e -> {
        head("LEAVE", unixNanos, "leave");
        topic(e.topic());
      }
      case Graft e -> {
        head("GRAFT", unixNanos, "graft");
        peer("peerID", e.peer());
        topic(e.topic());
      }
      case TraceEvent.Prune e -> {
        head("PRUNE", unixNanos, "prune");
        peer("peerID", e.peer());
        topic(e.topic());
      }
    }
    out.append(line.endObject().end());
  }

  private void head(String type, long unixNanos, String content) {
    line.text("type", type).bytes("peerID", self).number("timestamp", unixNanos).object(content);
  }

  private void id(@Nullable MessageId id) {
    if (id != null) {
      line.bytes("messageID", id.array());
    }
  }

  private void topic(TopicId topic) {
    line.text("topic", topic.toString());
  }

  private void peer(String name, @Nullable PeerId peer) {
    if (peer != null) {
      line.bytes(name, peer.toBytes());
    }
  }

  private void meta(RpcMeta meta) {
    line.object("meta");
    if (!meta.messages().isEmpty()) {
      line.array("messages");
      for (MessageMeta message : meta.messages()) {
        line.object();
        id(message.id());
        topic(message.topic());
        line.endObject();
      }
      line.endArray();
    }
    if (!meta.subscriptions().isEmpty()) {
      line.array("subscription");
      for (Subscription subscription : meta.subscriptions()) {
        line.object().bool("subscribe", subscription.subscribe());
        topic(subscription.topic());
        line.endObject();
      }
      line.endArray();
    }
    if (!meta.control().isEmpty()) {
      control(meta.control());
    }
    line.endObject();
  }

  private void control(Rpc.Control control) {
    line.object("control");
    if (!control.ihave().isEmpty()) {
      line.array("ihave");
      for (IHave ihave : control.ihave()) {
        line.object();
        topic(ihave.topic());
        ids(ihave.ids());
        line.endObject();
      }
      line.endArray();
    }
    lists("iwant", control.iwant());
    if (!control.graft().isEmpty()) {
      line.array("graft");
      for (TopicId topic : control.graft()) {
        line.object();
        topic(topic);
        line.endObject();
      }
      line.endArray();
    }
    if (!control.prune().isEmpty()) {
      line.array("prune");
      for (Prune prune : control.prune()) {
        prune(prune);
      }
      line.endArray();
    }
    lists("idontwant", control.idontwant());
    line.endObject();
  }

  private void prune(Prune prune) {
    line.object();
    topic(prune.topic());
    if (!prune.peers().isEmpty()) {
      line.array("peers");
      for (PeerInfo peer : prune.peers()) {
        if (peer.peerId() != null) {
          line.bytes(peer.peerId());
        }
      }
      line.endArray();
    }
    line.endObject();
  }

  private void lists(String name, List<MessageIds> lists) {
    if (!lists.isEmpty()) {
      line.array(name);
      for (MessageIds ids : lists) {
        line.object();
        ids(ids);
        line.endObject();
      }
      line.endArray();
    }
  }

  private void ids(MessageIds ids) {
    if (!ids.isEmpty()) {
      line.array("messageIDs");
      for (int i = 0; i < ids.count(); i++) {
        line.bytes(ids.get(i).array());
      }
      line.endArray();
    }
  }
}
