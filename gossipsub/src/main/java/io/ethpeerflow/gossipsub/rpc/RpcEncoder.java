package io.ethpeerflow.gossipsub.rpc;

import static io.ethpeerflow.wire.protobuf.ProtoWriter.sizeOfBytes;
import static io.ethpeerflow.wire.protobuf.ProtoWriter.sizeOfVarint;

import io.ethpeerflow.gossipsub.rpc.Rpc.Control;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes RPCs as protobuf, each length computed before its content is written: into one buffer,
 * without moving a byte. What is false is not written, except whether a subscription begins.
 */
public final class RpcEncoder {
  // [spec pubsub/rpc]
  static final int SUBSCRIPTIONS = 1;
  static final int PUBLISH = 2;
  static final int CONTROL = 3;
  static final int PARTIAL = 10;
  static final int TEST_EXTENSION = 6492434;

  // [spec gossipsub-1.0/control]
  static final int IHAVE = 1;
  static final int IWANT = 2;
  static final int GRAFT = 3;
  static final int PRUNE = 4;
  // [spec gossipsub-1.2/idontwant]
  static final int IDONTWANT = 5;
  // [spec gossipsub-1.3/extensions]
  static final int EXTENSIONS = 6;

  /** Bytes that the field of the test extension takes in an RPC. */
  public static final int TEST_EXTENSION_BYTES = sizeOfBytes(TEST_EXTENSION, 0);

  private RpcEncoder() {}

  /**
   * Length of the protobuf form of an RPC in bytes.
   *
   * @throws ArithmeticException if it exceeds 2<sup>31</sup>-1
   */
  public static int sizeBytes(Rpc rpc) {
    long other = rpc.testExtension() ? TEST_EXTENSION_BYTES : 0;
    for (Subscription subscription : rpc.subscriptions()) {
      other += size(subscription);
    }
    for (Message message : rpc.publish()) {
      other += size(message);
    }
    if (rpc.partial() != null) {
      other += size(rpc.partial());
    }
    return Math.toIntExact(size(other, content(rpc.control())));
  }

  /**
   * Writes an RPC, {@link #sizeBytes} bytes, without a length prefix.
   *
   * @param out borrowed; written at its writer index
   */
  public static void write(Rpc rpc, ByteBuf out) {
    for (Subscription subscription : rpc.subscriptions()) {
      write(subscription, out);
    }
    for (Message message : rpc.publish()) {
      write(message, out);
    }
    Control control = rpc.control();
    if (!control.isEmpty()) {
      writeControlHeader(Math.toIntExact(content(control)), out);
      write(control, out);
    }
    if (rpc.partial() != null) {
      write(rpc.partial(), out);
    }
    if (rpc.testExtension()) {
      writeTestExtension(out);
    }
  }

  private static void write(Control control, ByteBuf out) {
    for (IHave ihave : control.ihave()) {
      write(ihave, out);
    }
    for (MessageIds iwant : control.iwant()) {
      writeIwant(iwant, out);
    }
    for (TopicId topic : control.graft()) {
      writeGraft(topic, out);
    }
    for (Prune prune : control.prune()) {
      write(prune, out);
    }
    for (MessageIds idontwant : control.idontwant()) {
      Fields.header(IDONTWANT, idontwant.fieldsSize(1), out);
      idontwant.writeFields(1, out);
    }
    if (control.extensions() != null) {
      write(control.extensions(), out);
    }
  }

  /** Writes a field of an RPC, {@link #size(Subscription)} bytes. Borrows {@code out}. */
  public static void write(Subscription subscription, ByteBuf out) {
    Fields.header(SUBSCRIPTIONS, content(subscription), out);
    ProtoWriter writer = ProtoWriter.on(out).bool(1, subscription.subscribe());
    subscription.topic().writeField(2, out);
    writeTrue(3, subscription.requestsPartial(), writer);
    writeTrue(4, subscription.supportsSendingPartial(), writer);
  }

  /** Writes a field of an RPC, {@link #size(Message)} bytes. Borrows {@code out}. */
  public static void write(Message message, ByteBuf out) {
    message.writeField(PUBLISH, out);
  }

  /**
   * Writes what stands before the protobuf form of a message in an RPC. Borrows {@code out}.
   *
   * @param messageBytes {@link Message#sizeBytes}
   */
  public static void writeMessageHeader(int messageBytes, ByteBuf out) {
    Fields.header(PUBLISH, messageBytes, out);
  }

  /** Writes a field of an RPC, {@link #size(PartialMessage)} bytes. Borrows {@code out}. */
  public static void write(PartialMessage partial, ByteBuf out) {
    // [spec gossipsub-1.3/partial]
    Fields.header(PARTIAL, content(partial), out);
    partial.topic().writeField(1, out);
    writePresent(2, partial.group(), out);
    writePresent(3, partial.message(), out);
    writePresent(4, partial.partsMetadata(), out);
  }

  /** Writes the field of the test extension, {@link #TEST_EXTENSION_BYTES}. Borrows {@code out}. */
  public static void writeTestExtension(ByteBuf out) {
    Fields.header(TEST_EXTENSION, 0, out);
  }

  /**
   * Writes what stands before the control messages of an RPC. Borrows {@code out}.
   *
   * @param controlBytes their sizes together
   */
  public static void writeControlHeader(int controlBytes, ByteBuf out) {
    Fields.header(CONTROL, controlBytes, out);
  }

  /** Writes a control message, {@link #size(IHave)} bytes. Borrows {@code out}. */
  public static void write(IHave ihave, ByteBuf out) {
    Fields.header(IHAVE, content(ihave), out);
    ihave.topic().writeField(1, out);
    ihave.ids().writeFields(2, out);
  }

  /** Writes an IWANT, {@link #iwantSize} bytes. Borrows {@code out}. */
  public static void writeIwant(MessageIds ids, ByteBuf out) {
    Fields.header(IWANT, ids.fieldsSize(1), out);
    ids.writeFields(1, out);
  }

  /** Writes a GRAFT, {@link #graftSize} bytes. Borrows {@code out}. */
  public static void writeGraft(TopicId topic, ByteBuf out) {
    Fields.header(GRAFT, topic.fieldSize(1), out);
    topic.writeField(1, out);
  }

  /** Writes a control message, {@link #size(Prune)} bytes. Borrows {@code out}. */
  public static void write(Prune prune, ByteBuf out) {
    // [spec gossipsub-1.1/prune]
    Fields.header(PRUNE, content(prune), out);
    prune.topic().writeField(1, out);
    for (PeerInfo peer : prune.peers()) {
      Fields.header(2, content(peer), out);
      writePresent(1, peer.peerId(), out);
      writePresent(2, peer.signedPeerRecord(), out);
    }
    if (prune.backoffSeconds() != Prune.NO_BACKOFF) {
      ProtoWriter.on(out).varint(3, prune.backoffSeconds());
    }
  }

  /**
   * Writes an IDONTWANT, {@link #idontwantSize} bytes. Borrows {@code out}.
   *
   * @param idsBytes the {@link #idSize}s of the ids together
   */
  public static void writeIdontwant(List<MessageId> ids, int idsBytes, ByteBuf out) {
    Fields.header(IDONTWANT, idsBytes, out);
    for (int i = 0; i < ids.size(); i++) {
      Fields.bytes(1, ids.get(i).array(), out);
    }
  }

  /** Writes a control message, {@link #size(Extensions)} bytes. Borrows {@code out}. */
  public static void write(Extensions extensions, ByteBuf out) {
    Fields.header(EXTENSIONS, content(extensions), out);
    ProtoWriter writer = ProtoWriter.on(out);
    writeTrue(PARTIAL, extensions.partialMessages(), writer);
    writeTrue(TEST_EXTENSION, extensions.testExtension(), writer);
  }

  /** Bytes that a subscription takes in an RPC. */
  public static int size(Subscription subscription) {
    return sizeOfBytes(SUBSCRIPTIONS, content(subscription));
  }

  /** Bytes that a message takes in an RPC. */
  public static int size(Message message) {
    return message.fieldSize(PUBLISH);
  }

  /** Bytes that an IHAVE takes among the control messages. */
  public static int size(IHave ihave) {
    return sizeOfBytes(IHAVE, content(ihave));
  }

  /** Bytes that an IWANT takes among the control messages. */
  public static int iwantSize(MessageIds ids) {
    return sizeOfBytes(IWANT, ids.fieldsSize(1));
  }

  static int idontwantSize(MessageIds ids) {
    return idontwantSize(ids.fieldsSize(1));
  }

  /**
   * Bytes that an IDONTWANT takes among the control messages.
   *
   * @param idsBytes the {@link #idSize}s of its ids together
   */
  public static int idontwantSize(int idsBytes) {
    return sizeOfBytes(IDONTWANT, idsBytes);
  }

  /** Bytes that an id takes in an IDONTWANT. */
  public static int idSize(MessageId id) {
    return sizeOfBytes(1, id.sizeBytes());
  }

  /** Bytes that a GRAFT takes among the control messages. */
  public static int graftSize(TopicId topic) {
    return sizeOfBytes(GRAFT, topic.fieldSize(1));
  }

  /** Bytes that a PRUNE takes among the control messages. */
  public static int size(Prune prune) {
    return sizeOfBytes(PRUNE, content(prune));
  }

  /** Bytes that extensions take among the control messages. */
  public static int size(Extensions extensions) {
    return sizeOfBytes(EXTENSIONS, content(extensions));
  }

  /** Bytes that a partial message takes in an RPC. */
  public static int size(PartialMessage partial) {
    return sizeOfBytes(PARTIAL, content(partial));
  }

  static int size(int otherBytes, int controlBytes) {
    return Math.toIntExact(size((long) otherBytes, controlBytes));
  }

  /**
   * Length of an RPC in bytes.
   *
   * @param otherBytes all that is no control message, together
   * @param controlBytes the control messages together
   */
  public static long size(long otherBytes, long controlBytes) {
    return controlBytes == 0
        ? otherBytes
        : otherBytes + sizeOfVarint(CONTROL, controlBytes) + controlBytes;
  }

  private static int content(Subscription subscription) {
    return Fields.boolSize(1)
        + subscription.topic().fieldSize(2)
        + trueSize(3, subscription.requestsPartial())
        + trueSize(4, subscription.supportsSendingPartial());
  }

  private static int content(IHave ihave) {
    return ihave.topic().fieldSize(1) + ihave.ids().fieldsSize(2);
  }

  private static int content(PeerInfo peer) {
    return presentSize(1, peer.peerId()) + presentSize(2, peer.signedPeerRecord());
  }

  private static int content(Prune prune) {
    int size = prune.topic().fieldSize(1);
    for (PeerInfo peer : prune.peers()) {
      size += peerSize(peer);
    }
    return prune.backoffSeconds() == Prune.NO_BACKOFF
        ? size
        : size + sizeOfVarint(3, prune.backoffSeconds());
  }

  static int peerSize(PeerInfo peer) {
    return sizeOfBytes(2, content(peer));
  }

  private static int content(Extensions extensions) {
    return trueSize(PARTIAL, extensions.partialMessages())
        + trueSize(TEST_EXTENSION, extensions.testExtension());
  }

  private static int content(PartialMessage partial) {
    return partial.topic().fieldSize(1)
        + presentSize(2, partial.group())
        + presentSize(3, partial.message())
        + presentSize(4, partial.partsMetadata());
  }

  private static long content(Control control) {
    long size = control.extensions() == null ? 0 : size(control.extensions());
    for (IHave ihave : control.ihave()) {
      size += size(ihave);
    }
    for (MessageIds iwant : control.iwant()) {
      size += iwantSize(iwant);
    }
    for (TopicId topic : control.graft()) {
      size += graftSize(topic);
    }
    for (Prune prune : control.prune()) {
      size += size(prune);
    }
    for (MessageIds idontwant : control.idontwant()) {
      size += idontwantSize(idontwant);
    }
    return size;
  }

  private static int trueSize(int field, boolean value) {
    return value ? Fields.boolSize(field) : 0;
  }

  private static void writeTrue(int field, boolean value, ProtoWriter out) {
    if (value) {
      out.bool(field, true);
    }
  }

  private static int presentSize(int field, byte @Nullable [] value) {
    return value == null ? 0 : sizeOfBytes(field, value.length);
  }

  private static void writePresent(int field, byte @Nullable [] value, ByteBuf out) {
    if (value != null) {
      Fields.bytes(field, value, out);
    }
  }
}
