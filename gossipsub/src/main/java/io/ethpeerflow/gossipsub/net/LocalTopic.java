package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.Validator;
import io.ethpeerflow.gossipsub.router.Publication;
import io.ethpeerflow.gossipsub.router.TopicParams;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topic of this host: who listens to it here, and who validates it. */
final class LocalTopic implements Topic {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTopic.class);

  /** Compared by identity: one listener may be subscribed twice. */
  private static final class Listener {
    final AtomicBoolean open = new AtomicBoolean(true);
    final Consumer<? super ReceivedMessage> call;

    Listener(Consumer<? super ReceivedMessage> call) {
      this.call = call;
    }
  }

  private final PubsubService service;
  private final TopicId id;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Validation validation;

  @OwnedBy("pubsub loop")
  private @Nullable TopicParams params;

  LocalTopic(PubsubService service, TopicId id) {
    this.service = service;
    this.id = id;
    this.validation = new Validation(service, service.config().validation());
  }

  @Override
  public String name() {
    return id.toString();
  }

  @Override
  public Registration subscribe(Consumer<? super ReceivedMessage> call) {
    var listener = new Listener(call);
    service.loop().execute(() -> add(listener));
    return () -> {
      if (listener.open.compareAndSet(true, false)) {
        service.loop().execute(() -> remove(listener));
      }
    };
  }

  private void add(Listener listener) {
    listeners.add(listener);
    if (!service.isStopped()) {
      service.router().join(id, params, service.loop().nanoTime());
    }
  }

  private void remove(Listener listener) {
    listeners.remove(listener);
    if (listeners.isEmpty() && !service.isStopped()) {
      service.router().leave(id, service.loop().nanoTime());
    }
  }

  /** Another mesh and bound from now on. */
  void params(TopicParams changed) {
    params = changed;
    if (!listeners.isEmpty() && !service.isStopped()) {
      service.router().join(id, changed, service.loop().nanoTime());
    }
  }

  @Override
  public CompletableFuture<Publication> publish(byte[] data) {
    return publishAll(List.of(data)).thenApply(outcomes -> outcomes.get(0));
  }

  @Override
  public CompletableFuture<List<Publication>> publishAll(List<byte[]> data) {
    return service.publisher().publish(id, data);
  }

  @Override
  public Registration validator(Validator validator) {
    return validation.add(validator);
  }

  @Override
  public CompletableFuture<List<PeerId>> peers() {
    return service.ask(() -> service.router().subscribers(id));
  }

  @Override
  public CompletableFuture<List<PeerId>> mesh() {
    return service.ask(() -> service.router().mesh(id));
  }

  void validate(ReceivedMessage message) {
    validation.begin(message);
  }

  void deliver(ReceivedMessage message) {
    for (Listener listener : listeners) {
      if (listener.open.get()) {
        try {
          listener.call.accept(message);
        } catch (RuntimeException failure) {
          LOG.warn("a subscriber failed topic={}", id, failure);
        }
      }
    }
  }
}
