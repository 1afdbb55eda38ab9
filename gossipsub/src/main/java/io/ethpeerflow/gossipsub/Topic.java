package io.ethpeerflow.gossipsub;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.gossipsub.router.Publication;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A topic of a host's pubsub. All methods may be called from any thread. */
@DoNotImplement
public interface Topic {
  /** Its name. */
  String name();

  /**
   * Subscribes: valid messages, our own included, are handed to {@code listener} until the
   * registration is closed. With the first subscription of a topic its mesh is joined, with the end
   * of the last one it is left.
   *
   * @param listener called on pubsub's loop, one message after another; must not block. What it
   *     throws is logged, and the next message comes all the same
   */
  Registration subscribe(Consumer<? super ReceivedMessage> listener);

  /**
   * Publishes a message, subscribed or not.
   *
   * @param data the payload, copied
   * @return completes when it is on its way, with how many peers it goes to. Fails with {@code
   *     IllegalArgumentException} when it is longer than the topic allows, or than an RPC may be;
   *     the message names both limits
   */
  CompletableFuture<Publication> publish(byte[] data);

  /**
   * Publishes messages in one turn, so that peers get them in few frames.
   *
   * @param data the payloads, copied
   * @return as {@link #publish}, one outcome for each message; when one is too long, none is sent
   */
  CompletableFuture<List<Publication>> publishAll(List<byte[]> data);

  /**
   * Asks about every message of others before it is delivered and forwarded. Of several validators
   * all are asked; the worst verdict decides: REJECT, then IGNORE, then ACCEPT.
   */
  Registration validator(Validator validator);

  /** The peers that are subscribed. */
  CompletableFuture<List<PeerId>> peers();

  /** The peers of its mesh; empty unless subscribed. */
  CompletableFuture<List<PeerId>> mesh();
}
