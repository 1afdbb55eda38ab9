package io.ethpeerflow.gossipsub.router;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Chooses peers at random, the same ones for the same source of chance. */
final class Choice {
  private final RandomGenerator random;

  Choice(RandomGenerator random) {
    this.random = random;
  }

  /** At most {@code count} of those that satisfy a condition, in random order. */
  List<Peer> of(List<Peer> peers, int count, Predicate<Peer> condition) {
    if (count <= 0) {
      return List.of();
    }
    List<Peer> candidates = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      if (condition.test(peers.get(i))) {
        candidates.add(peers.get(i));
      }
    }
    int taken = Math.min(count, candidates.size());
    for (int i = 0; i < taken; i++) {
      Collections.swap(candidates, i, i + random.nextInt(candidates.size() - i));
    }
    return candidates.subList(0, taken);
  }

  /** Puts a list into random order. */
  void shuffle(List<?> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, random.nextInt(i + 1));
    }
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
