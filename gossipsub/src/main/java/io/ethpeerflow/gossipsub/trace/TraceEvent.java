package io.ethpeerflow.gossipsub.trace;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import org.jspecify.annotations.Nullable;

/**
 * Something that a router did or that happened to it. The kinds and their components are those of
 * the schema that go-libp2p-pubsub publishes for its tracer, {@code pb/trace.proto}, so that traces
 * of both can be laid side by side. Immutable.
 */
public sealed interface TraceEvent {
  /**
   * A message of our own is published.
   *
   * @param id of the message
   * @param topic of the message
   */
  record PublishMessage(MessageId id, TopicId topic) implements TraceEvent {}

  /**
   * A message is not delivered.
   *
   * @param id of the message, null when it was refused before it had one
   * @param receivedFrom who brought it
   * @param reason why, in words that never come from a peer
   * @param topic of the message
   */
  record RejectMessage(@Nullable MessageId id, PeerId receivedFrom, String reason, TopicId topic)
      implements TraceEvent {}

  /**
   * A message comes that was seen before.
   *
   * @param id of the message
   * @param receivedFrom who brought the copy
   * @param topic of the message
   */
  record DuplicateMessage(MessageId id, PeerId receivedFrom, TopicId topic) implements TraceEvent {}

  /**
   * A message is valid, and goes to those here who subscribed.
   *
   * @param id of the message
   * @param topic of the message
   * @param receivedFrom who brought it first, null for one of our own
   */
  record DeliverMessage(MessageId id, TopicId topic, @Nullable PeerId receivedFrom)
      implements TraceEvent {}

  /**
   * A peer is there.
   *
   * @param peer who
   * @param protocol what it speaks
   */
  record AddPeer(PeerId peer, ProtocolId protocol) implements TraceEvent {}

  /**
   * A peer is gone.
   *
   * @param peer who
   */
  record RemovePeer(PeerId peer) implements TraceEvent {}

  /**
   * An RPC arrived.
   *
   * @param receivedFrom whose it is
   * @param meta what it says
   */
  record RecvRpc(PeerId receivedFrom, RpcMeta meta) implements TraceEvent {}

  /**
   * An RPC is sent.
   *
   * @param sendTo whom it is for
   * @param meta what it says
   */
  record SendRpc(PeerId sendTo, RpcMeta meta) implements TraceEvent {}

  /**
   * An RPC is not sent, because the peer takes too slowly what is for it.
   *
   * @param sendTo whom it was for
   * @param meta what it would have said
   */
  record DropRpc(PeerId sendTo, RpcMeta meta) implements TraceEvent {}

  /**
   * We subscribe to a topic.
   *
   * @param topic which
   */
  record Join(TopicId topic) implements TraceEvent {}

  /**
   * We subscribe to a topic no longer.
   *
   * @param topic which
   */
  record Leave(TopicId topic) implements TraceEvent {}

  /**
   * A peer is in our mesh of a topic.
   *
   * @param peer who
   * @param topic whose mesh
   */
  record Graft(PeerId peer, TopicId topic) implements TraceEvent {}

  /**
   * A peer is in our mesh of a topic no longer.
   *
   * @param peer who
   * @param topic whose mesh
   */
  record Prune(PeerId peer, TopicId topic) implements TraceEvent {}
}
