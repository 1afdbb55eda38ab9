package io.ethpeerflow.gossipsub.queue;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PartialMessage;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that waits, linked with its neighbours in its lane. */
abstract sealed class Entry {
  final Lane lane;
  // among the control messages of an RPC, or beside them
  final boolean control;
  // as it is encoded
  int sizeBytes;
  @Nullable Entry previous;
  @Nullable Entry next;

  private Entry(Lane lane, boolean control, int sizeBytes) {
    this.lane = lane;
    this.control = control;
    this.sizeBytes = sizeBytes;
  }

  /** Writes {@link #sizeBytes} bytes. Borrows {@code out}. */
  abstract void write(ByteBuf out);

  static final class OfExtensions extends Entry {
    private final Extensions extensions;

    OfExtensions(Extensions extensions) {
      super(Lane.CONTROL, true, RpcEncoder.size(extensions));
      this.extensions = extensions;
    }

    @Override
    void write(ByteBuf out) {
      RpcEncoder.write(extensions, out);
    }
  }

  static final class OfTestExtension extends Entry {
    OfTestExtension() {
      super(Lane.CONTROL, false, RpcEncoder.TEST_EXTENSION_BYTES);
    }

    @Override
    void write(ByteBuf out) {
      RpcEncoder.writeTestExtension(out);
    }
  }

  static final class OfSubscription extends Entry {
    Subscription subscription;

    OfSubscription(Subscription subscription) {
      super(Lane.CONTROL, false, RpcEncoder.size(subscription));
      this.subscription = subscription;
    }

    @Override
    void write(ByteBuf out) {
      RpcEncoder.write(subscription, out);
    }
  }

  /** A GRAFT, or the PRUNE that is not null. */
  static final class OfMesh extends Entry {
    final TopicId topic;
    @Nullable Prune prune;

    OfMesh(TopicId topic, @Nullable Prune prune, int sizeBytes) {
      super(Lane.CONTROL, true, sizeBytes);
      this.topic = topic;
      this.prune = prune;
    }

    @Override
    void write(ByteBuf out) {
      if (prune == null) {
        RpcEncoder.writeGraft(topic, out);
      } else {
        RpcEncoder.write(prune, out);
      }
    }
  }

  static final class OfIdontwant extends Entry {
    private final List<MessageId> ids = new ArrayList<>();
    private int idsBytes;

    OfIdontwant(MessageId id) {
      super(Lane.IDONTWANT, true, 0);
      add(id);
    }

    int count() {
      return ids.size();
    }

    int sizeWith(MessageId id) {
      return RpcEncoder.idontwantSize(idsBytes + RpcEncoder.idSize(id));
    }

    void add(MessageId id) {
      sizeBytes = sizeWith(id);
      idsBytes += RpcEncoder.idSize(id);
      ids.add(id);
    }

    @Override
    void write(ByteBuf out) {
      RpcEncoder.writeIdontwant(ids, idsBytes, out);
    }
  }

  static final class OfMessage extends Entry {
    final MessageId id;
    final Message message;
    // the next one with this id, in the index
    @Nullable OfMessage sameId;

    OfMessage(Lane lane, MessageId id, Message message) {
      super(lane, false, RpcEncoder.size(message));
      this.id = id;
      this.message = message;
    }

    @Override
    void write(ByteBuf out) {
      RpcEncoder.write(message, out);
    }
  }

  static final class OfPartial extends Entry {
    private final PartialMessage partial;

    OfPartial(PartialMessage partial) {
      super(Lane.FORWARDED, false, RpcEncoder.size(partial));
      this.partial = partial;
    }

    @Override
    void write(ByteBuf out) {
      RpcEncoder.write(partial, out);
    }
  }

  /** An IHAVE, or an IWANT where there is no topic. */
  static final class OfIds extends Entry {
    final @Nullable TopicId topic;
    final MessageIds ids;

    OfIds(@Nullable TopicId topic, MessageIds ids) {
      super(Lane.GOSSIP, true, size(topic, ids));
      this.topic = topic;
      this.ids = ids;
    }

    static int size(@Nullable TopicId topic, MessageIds ids) {
      return topic == null ? RpcEncoder.iwantSize(ids) : RpcEncoder.size(new IHave(topic, ids));
    }

    @Override
    void write(ByteBuf out) {
      if (topic == null) {
        RpcEncoder.writeIwant(ids, out);
      } else {
        RpcEncoder.write(new IHave(topic, ids), out);
      }
    }
  }
}
