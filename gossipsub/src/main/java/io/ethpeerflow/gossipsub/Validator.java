package io.ethpeerflow.gossipsub;

import io.ethpeerflow.gossipsub.router.Verdict;
import java.util.concurrent.CompletionStage;

/** Says whether messages of a topic are valid; those of our own are not asked about. */
@FunctionalInterface
public interface Validator {
  /**
   * Looks at a message whose signature is right. Called on pubsub's loop: what takes long is to be
   * done elsewhere, and completes what is returned from any thread.
   *
   * @return what to do with it. When it fails, or takes longer than {@link
   *     ValidationConfig#deadline}, the message is ignored
   */
  CompletionStage<Verdict> validate(ReceivedMessage message);
}
