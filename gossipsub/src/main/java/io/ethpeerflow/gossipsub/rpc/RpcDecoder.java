package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.gossipsub.rpc.Rpc.Control;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads RPCs. The first pass counts and allocates nothing; only what keeps to {@link RpcLimits} is
 * decoded in the second, where arrays have the length of what is there and not of what is claimed.
 *
 * <p>As protobuf has it: unknown fields are skipped, of a field that should be there once the last
 * occurrence counts, and messages that should be there once are merged. A field with another wire
 * type than the schema's, a group, or a length beyond the end refuses the RPC. Recommended peers
 * are not looked into.
 *
 * <p>Stateless; an RPC shares no memory with the buffer it was read from.
 */
public final class RpcDecoder {
  private final RpcLimits limits;

  /** A decoder for peers that keep to {@code limits}. */
  public RpcDecoder(RpcLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads the RPC that is all readable bytes of a buffer, without a length prefix.
   *
   * @param rpc borrowed; its reader index does not move
   * @throws WireFormatException if it is malformed or exceeds a limit; the message says which
   */
  public Rpc decode(ByteBuf rpc) throws WireFormatException {
    if (rpc.readableBytes() > limits.maxRpcBytes()) {
      throw over("RPC", rpc.readableBytes(), "bytes", limits.maxRpcBytes());
    }
    Counts counts = count(ProtoReader.of(rpc));
    List<Subscription> subscriptions = new ArrayList<>(counts.subscriptions);
    List<Message> publish = new ArrayList<>(counts.messages);
    ControlParts control = counts.control ? new ControlParts() : null;
    PartialParts partial = null;
    boolean testExtension = false;
    ProtoReader in = ProtoReader.of(rpc);
    while (in.next()) {
      switch (in.field()) {
        case RpcEncoder.SUBSCRIPTIONS -> subscriptions.add(subscription(nested(in)));
        case RpcEncoder.PUBLISH -> publish.add(message(in));
        case RpcEncoder.CONTROL -> {
          if (control != null) {
            control(rpc, nested(in), control);
          }
        }
        case RpcEncoder.PARTIAL -> {
          partial = partial == null ? new PartialParts() : partial;
          partial(nested(in), partial);
        }
        case RpcEncoder.TEST_EXTENSION -> {
          drain(nested(in));
          testExtension = true;
        }
        default -> {}
      }
    }
    return new Rpc(
        subscriptions,
        publish,
        control == null ? Control.NONE : control.build(),
        partial == null ? null : partial.build(),
        testExtension);
  }

  private static final class Counts {
    int subscriptions;
    int messages;
    int controlEntries;
    int messageIds;
    boolean control;
  }

  private Counts count(ProtoReader in) throws WireFormatException {
    var counts = new Counts();
    while (in.next()) {
      switch (in.field()) {
        case RpcEncoder.SUBSCRIPTIONS -> counts.subscriptions++;
        case RpcEncoder.PUBLISH -> counts.messages++;
        case RpcEncoder.CONTROL -> {
          counts.control = true;
          countControl(nested(in), counts);
        }
        default -> {}
      }
    }
    check("RPC", counts.subscriptions, "subscriptions", limits.maxSubscriptions());
    check("RPC", counts.messages, "messages", limits.maxMessages());
    check("RPC", counts.controlEntries, "control entries", limits.maxControlEntries());
    check("RPC", counts.messageIds, "message ids", limits.maxMessageIds());
    return counts;
  }

  private void countControl(ProtoReader in, Counts counts) throws WireFormatException {
    while (in.next()) {
      switch (in.field()) {
        case RpcEncoder.IHAVE -> {
          counts.controlEntries++;
          counts.messageIds += occurrences(nested(in), 2);
        }
        case RpcEncoder.IWANT, RpcEncoder.IDONTWANT -> {
          counts.controlEntries++;
          counts.messageIds += occurrences(nested(in), 1);
        }
        case RpcEncoder.GRAFT -> counts.controlEntries++;
        case RpcEncoder.PRUNE -> {
          counts.controlEntries++;
          check("PRUNE", occurrences(nested(in), 2), "peers", limits.maxPeersPerPrune());
        }
        default -> {}
      }
    }
  }

  private static int occurrences(ProtoReader in, int field) throws WireFormatException {
    int count = 0;
    while (in.next()) {
      if (in.field() == field) {
        count++;
      }
    }
    return count;
  }

  private Subscription subscription(ProtoReader in) throws WireFormatException {
    boolean subscribe = false;
    TopicId topic = TopicId.EMPTY;
    boolean requestsPartial = false;
    boolean supportsSendingPartial = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> subscribe = in.bool();
        case 2 -> topic = topic(in);
        case 3 -> requestsPartial = in.bool();
        case 4 -> supportsSendingPartial = in.bool();
        default -> {}
      }
    }
    return new Subscription(topic, subscribe, requestsPartial, supportsSendingPartial);
  }

  private Message message(ProtoReader outer) throws WireFormatException {
    byte[] bytes = outer.bytes(limits.maxRpcBytes());
    int[] from = Message.absent();
    int[] to = Message.absent();
    ProtoReader in = ProtoReader.of(bytes);
    while (in.next()) {
      int max =
          switch (in.field()) {
            case Message.FROM -> limits.maxFromBytes();
            case Message.DATA -> limits.maxDataBytes();
            case Message.SEQNO -> limits.maxSeqnoBytes();
            case Message.TOPIC -> limits.maxTopicBytes();
            case Message.SIGNATURE -> limits.maxSignatureBytes();
            case Message.KEY -> limits.maxKeyBytes();
            default -> -1;
          };
      if (max >= 0) {
        int length = in.skipBytes(max);
        from[in.field()] = in.position() - length;
        to[in.field()] = in.position();
      }
    }
    return Message.canonical(bytes, from, to);
  }

  private void control(ByteBuf rpc, ProtoReader in, ControlParts control)
      throws WireFormatException {
    while (in.next()) {
      switch (in.field()) {
        case RpcEncoder.IHAVE -> control.ihave.add(ihave(rpc, in));
        case RpcEncoder.IWANT -> control.iwant.add(ids(rpc, in));
        case RpcEncoder.GRAFT -> control.graft.add(graft(nested(in)));
        case RpcEncoder.PRUNE -> control.prune.add(prune(nested(in)));
        case RpcEncoder.IDONTWANT -> control.idontwant.add(ids(rpc, in));
        case RpcEncoder.EXTENSIONS ->
            control.extensions = extensions(nested(in), control.extensions);
        default -> {}
      }
    }
  }

  private IHave ihave(ByteBuf rpc, ProtoReader outer) throws WireFormatException {
    TopicId topic = TopicId.EMPTY;
    int length = outer.skipBytes(limits.maxRpcBytes());
    int at = outer.position() - length;
    ProtoReader in = ProtoReader.of(rpc, at, length);
    while (in.next()) {
      if (in.field() == 1) {
        topic = topic(in);
      }
    }
    return new IHave(topic, ids(rpc, at, length, 2));
  }

  private MessageIds ids(ByteBuf rpc, ProtoReader outer) throws WireFormatException {
    int length = outer.skipBytes(limits.maxRpcBytes());
    return ids(rpc, outer.position() - length, length, 1);
  }

  private MessageIds ids(ByteBuf rpc, int at, int length, int field) throws WireFormatException {
    int count = 0;
    int totalBytes = 0;
    ProtoReader counted = ProtoReader.of(rpc, at, length);
    while (counted.next()) {
      if (counted.field() == field) {
        count++;
        totalBytes += counted.skipBytes(limits.maxMessageIdBytes());
      }
    }
    if (count == 0) {
      return MessageIds.NONE;
    }
    byte[] bytes = new byte[totalBytes];
    int[] bounds = new int[count + 1];
    int index = 0;
    ProtoReader in = ProtoReader.of(rpc, at, length);
    while (in.next()) {
      if (in.field() == field) {
        int idBytes = in.skipBytes(limits.maxMessageIdBytes());
        rpc.getBytes(in.position() - idBytes, bytes, bounds[index], idBytes);
        bounds[index + 1] = bounds[index] + idBytes;
        index++;
      }
    }
    return new MessageIds(bytes, bounds);
  }

  private TopicId graft(ProtoReader in) throws WireFormatException {
    TopicId topic = TopicId.EMPTY;
    while (in.next()) {
      if (in.field() == 1) {
        topic = topic(in);
      }
    }
    return topic;
  }

  private Prune prune(ProtoReader in) throws WireFormatException {
    TopicId topic = TopicId.EMPTY;
    List<PeerInfo> peers = new ArrayList<>();
    long backoff = Prune.NO_BACKOFF;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> topic = topic(in);
        case 2 -> peers.add(peer(nested(in)));
        case 3 -> {
          long seconds = in.varint();
          backoff = seconds < 0 ? Long.MAX_VALUE : seconds;
        }
        default -> {}
      }
    }
    return new Prune(topic, peers, backoff);
  }

  private PeerInfo peer(ProtoReader in) throws WireFormatException {
    byte @Nullable [] peerId = null;
    byte @Nullable [] signedPeerRecord = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> peerId = in.bytes(limits.maxFromBytes());
        case 2 -> signedPeerRecord = in.bytes(limits.maxPeerRecordBytes());
        default -> {}
      }
    }
    return new PeerInfo(peerId, signedPeerRecord);
  }

  private static Extensions extensions(ProtoReader in, @Nullable Extensions before)
      throws WireFormatException {
    boolean partialMessages = before != null && before.partialMessages();
    boolean testExtension = before != null && before.testExtension();
    while (in.next()) {
      switch (in.field()) {
        case RpcEncoder.PARTIAL -> partialMessages = in.bool();
        case RpcEncoder.TEST_EXTENSION -> testExtension = in.bool();
        default -> {}
      }
    }
    return new Extensions(partialMessages, testExtension);
  }

  private void partial(ProtoReader in, PartialParts partial) throws WireFormatException {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> partial.topic = topic(in);
        case 2 -> partial.group = in.bytes(limits.maxGroupBytes());
        case 3 -> partial.message = in.bytes(limits.maxDataBytes());
        case 4 -> partial.partsMetadata = in.bytes(limits.maxDataBytes());
        default -> {}
      }
    }
  }

  private TopicId topic(ProtoReader in) throws WireFormatException {
    return TopicId.take(in.bytes(limits.maxTopicBytes()));
  }

  private ProtoReader nested(ProtoReader in) throws WireFormatException {
    return in.message(limits.maxRpcBytes());
  }

  private static void drain(ProtoReader in) throws WireFormatException {
    while (in.next()) {
      in.skip();
    }
  }

  private static void check(String what, int count, String of, int max) throws WireFormatException {
    if (count > max) {
      throw over(what, count, of, max);
    }
  }

  private static WireFormatException over(String what, int count, String of, int max) {
    return new WireFormatException(
        what + " with " + count + " " + of + " exceeds the " + max + " allowed");
  }

  private static final class ControlParts {
    final List<IHave> ihave = new ArrayList<>();
    final List<MessageIds> iwant = new ArrayList<>();
    final List<TopicId> graft = new ArrayList<>();
    final List<Prune> prune = new ArrayList<>();
    final List<MessageIds> idontwant = new ArrayList<>();
    @Nullable Extensions extensions;

    Control build() {
      return new Control(ihave, iwant, graft, prune, idontwant, extensions);
    }
  }

  private static final class PartialParts {
    TopicId topic = TopicId.EMPTY;
    byte @Nullable [] group;
    byte @Nullable [] message;
    byte @Nullable [] partsMetadata;

    PartialMessage build() {
      return new PartialMessage(topic, group, message, partsMetadata);
    }
  }
}
