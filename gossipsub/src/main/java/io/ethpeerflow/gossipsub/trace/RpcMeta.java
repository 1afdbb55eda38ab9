package io.ethpeerflow.gossipsub.trace;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an RPC says, without the payloads of its messages. Extensions and partial messages have no
 * place in the schema.
 *
 * @param messages those that it publishes
 * @param subscriptions those that it begins or ends
 * @param control its control messages
 */
public record RpcMeta(
    List<MessageMeta> messages, List<Subscription> subscriptions, Rpc.Control control) {
  /** Copies the lists. */
  public RpcMeta {
    messages = List.copyOf(messages);
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * A message of an RPC.
   *
   * @param id null when the topic's function finds none
   * @param topic of the message
   */
  public record MessageMeta(@Nullable MessageId id, TopicId topic) {}

  /**
   * What an RPC says.
   *
   * @param ids finds the id of a message, or null
   */
  public static RpcMeta of(Rpc rpc, Function<Message, @Nullable MessageId> ids) {
    List<MessageMeta> messages = new ArrayList<>(rpc.publish().size());
    for (Message message : rpc.publish()) {
      messages.add(new MessageMeta(ids.apply(message), message.topic()));
    }
    return new RpcMeta(messages, rpc.subscriptions(), rpc.control());
  }
}
