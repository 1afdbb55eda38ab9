package io.ethpeerflow.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is disturbed when. */
class ScheduleTest {
  private static final List<Disturbance.Kind> ALL = List.of(Disturbance.Kind.values());

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(cycles(new Schedule(7, 3, ALL))).isEqualTo(cycles(new Schedule(7, 3, ALL)));
  }

  @Test
  void differsForAnotherSeed() {
    assertThat(cycles(new Schedule(7, 3, ALL))).isNotEqualTo(cycles(new Schedule(8, 3, ALL)));
  }

  @Test
  void bringsEachKindAsOftenAsAnyOther() {
    var counts = new EnumMap<Disturbance.Kind, Integer>(Disturbance.Kind.class);
    var schedule = new Schedule(1, 3, ALL);
    for (int i = 0; i < 5; i++) {
      for (Disturbance disturbance : schedule.next(ALL.size(), 1000)) {
        counts.merge(disturbance.kind(), 1, Integer::sum);
      }
    }

    assertThat(counts)
        .hasSize(ALL.size())
        .allSatisfy((kind, count) -> assertThat(count).isEqualTo(5));
  }

  @Test
  void ordersACycleByTimeAndStaysWithinIt() {
    List<Disturbance> cycle = new Schedule(3, 2, ALL).next(40, 500);

    assertThat(cycle).isSortedAccordingTo(Comparator.comparingInt(Disturbance::afterMillis));
    assertThat(cycle).allMatch(disturbance -> disturbance.afterMillis() <= 500);
    assertThat(cycle).extracting(Disturbance::maker).containsOnly(0, 1);
  }

  @Test
  void drawsOnlyTheKindsChosen() {
    var schedule = new Schedule(3, 2, List.of(Disturbance.Kind.KILL));

    assertThat(schedule.next(3, 10))
        .extracting(Disturbance::kind)
        .containsOnly(Disturbance.Kind.KILL);
  }

  private static List<Disturbance> cycles(Schedule schedule) {
    var all = new ArrayList<Disturbance>();
    for (int i = 0; i < 10; i++) {
      all.addAll(schedule.next(5, 8000));
    }
    return all;
  }
}
