package io.ethpeerflow.benchmarks.soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * What happens when: drawn from a seed alone, so that the same seed disturbs in the same order. The
 * kinds are dealt like cards from a shuffled deck, and so each comes up as often as any other.
 */
final class Schedule {
  private final Random random;
  private final int makers;
  private final List<Disturbance.Kind> kinds;
  private final Deque<Disturbance.Kind> deck = new ArrayDeque<>();

  Schedule(long seed, int makers, List<Disturbance.Kind> kinds) {
    this.random = new Random(seed);
    this.makers = makers;
    this.kinds = List.copyOf(kinds);
  }

  /**
   * The disturbances of the next cycle, in the order in which they begin.
   *
   * @param count how many
   * @param withinMillis when the last one may begin
   */
  List<Disturbance> next(int count, int withinMillis) {
    var disturbances = new ArrayList<Disturbance>();
    for (int i = 0; i < count; i++) {
      disturbances.add(
          new Disturbance(
              draw(), random.nextInt(withinMillis + 1), random.nextInt(makers), random.nextLong()));
    }
    disturbances.sort(Comparator.comparingInt(Disturbance::afterMillis));
    return disturbances;
  }

  private Disturbance.Kind draw() {
    if (deck.isEmpty()) {
      var shuffled = new ArrayList<>(kinds);
      Collections.shuffle(shuffled, random);
      deck.addAll(shuffled);
    }
    return deck.remove();
  }
}
