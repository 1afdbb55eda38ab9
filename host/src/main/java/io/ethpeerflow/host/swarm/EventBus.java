package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.spi.Loop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to listeners on the host's loop, in the order of their publication. Any thread.
 */
public final class EventBus {
  private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);

  private record Subscription<E>(Class<E> type, Consumer<? super E> listener) {
    boolean wants(HostEvent event) {
      return type.isInstance(event);
    }

    void deliver(HostEvent event) {
      if (wants(event)) {
        try {
          listener.accept(type.cast(event));
        } catch (RuntimeException failure) {
          LOG.warn("listener of {} failed", type.getSimpleName(), failure);
        }
      }
    }
  }

  private final Loop loop;
  private final List<Subscription<?>> subscriptions = new CopyOnWriteArrayList<>();

  /** A bus that delivers on {@code loop}. */
  public EventBus(Loop loop) {
    this.loop = loop;
  }

  /** Subscribes to a type of event. */
  public <E extends HostEvent> Registration on(Class<E> type, Consumer<? super E> listener) {
    var subscription = new Subscription<E>(type, listener);
    subscriptions.add(subscription);
    return () -> subscriptions.remove(subscription);
  }

  /** Publishes an event. The host's loop is not woken for one that nobody subscribes to. */
  public void publish(HostEvent event) {
    for (Subscription<?> subscription : subscriptions) {
      if (subscription.wants(event)) {
        loop.execute(() -> subscriptions.forEach(each -> each.deliver(event)));
        return;
      }
    }
  }
}
