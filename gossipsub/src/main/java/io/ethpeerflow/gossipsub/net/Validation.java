package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.ValidationConfig;
import io.ethpeerflow.gossipsub.Validator;
import io.ethpeerflow.gossipsub.router.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The validators of a topic and the messages that they have before them: so many at once, so many
 * that wait, and each for so long.
 */
final class Validation {
  private static final Logger LOG = LoggerFactory.getLogger(Validation.class);

  /** Compared by identity: one validator may be added twice. */
  private static final class Added {
    final Validator validator;

    Added(Validator validator) {
      this.validator = validator;
    }
  }

  private final PubsubService service;
  private final ValidationConfig config;
  private final List<Added> validators = new CopyOnWriteArrayList<>();

  @OwnedBy("pubsub loop")
  private final ArrayDeque<ReceivedMessage> waiting = new ArrayDeque<>();

  @OwnedBy("pubsub loop")
  private int running;

  Validation(PubsubService service, ValidationConfig config) {
    this.service = service;
    this.config = config;
  }

  Registration add(Validator validator) {
    var added = new Added(validator);
    validators.add(added);
    return () -> validators.remove(added);
  }

  /** Answers the router, at once where nobody is to be asked. */
  void begin(ReceivedMessage message) {
    if (validators.isEmpty()) {
      answer(message, Verdict.ACCEPT);
    } else if (running < config.maxPerTopic()) {
      run(message);
    } else if (waiting.size() < config.maxQueuedPerTopic()) {
      waiting.add(message);
    } else {
      answer(message, Verdict.IGNORE);
    }
  }

  private void run(ReceivedMessage message) {
    List<CompletableFuture<Verdict>> verdicts = new ArrayList<>(validators.size());
    for (Added added : validators) {
      verdicts.add(ask(added.validator, message));
    }
    CompletableFuture<Verdict> worst =
        verdicts.stream()
            .reduce((a, b) -> a.thenCombine(b, Validation::worse))
            .orElseGet(() -> CompletableFuture.completedFuture(Verdict.ACCEPT));
    if (worst.isDone()) {
      answer(message, verdictOf(message, worst));
      return;
    }
    running++;
    Cancellable deadline =
        service
            .loop()
            .schedule(
                config.deadline().toNanos(),
                () -> worst.completeExceptionally(new TimeoutException("no verdict in time")));
    worst.whenComplete(
        (verdict, failure) ->
            service
                .loop()
                .execute(
                    () -> {
                      deadline.cancel();
                      answer(message, verdictOf(message, worst));
                      running--;
                      next();
                    }));
  }

  private void next() {
    ReceivedMessage message = waiting.poll();
    if (message != null) {
      begin(message);
    }
  }

  private static CompletableFuture<Verdict> ask(Validator validator, ReceivedMessage message) {
    try {
      return validator.validate(message).toCompletableFuture().copy();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private static Verdict worse(Verdict a, Verdict b) {
    return a == Verdict.REJECT || b == Verdict.ACCEPT ? a : b;
  }

  private static Verdict verdictOf(ReceivedMessage message, CompletableFuture<Verdict> done) {
    try {
      return done.join();
    } catch (RuntimeException failure) {
      LOG.debug("a validator gave no verdict topic={}", message.topic(), failure);
      return Verdict.IGNORE;
    }
  }

  private void answer(ReceivedMessage message, Verdict verdict) {
    service.router().validated(message.id(), verdict, service.loop().nanoTime());
  }
}
