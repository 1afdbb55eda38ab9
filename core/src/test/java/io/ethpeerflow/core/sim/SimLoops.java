package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.testkit.time.VirtualClock;
import java.util.ArrayList;
import java.util.List;

/** A fixed number of loops on one clock, given out in turn. */
public final class SimLoops implements Loops {
  private final List<SimLoop> loops = new ArrayList<>();
  private int next;

  /**
   * New loops.
   *
   * @param name the loops are called {@code name-0} and so on
   * @param count at least 1
   */
  public SimLoops(VirtualClock clock, String name, int count) {
    for (int i = 0; i < count; i++) {
      loops.add(new SimLoop(clock, name + "-" + i));
    }
  }

  @Override
  public Loop next() {
    return nextSim();
  }

  /** As {@link #next}, with its type. */
  public SimLoop nextSim() {
    SimLoop loop = loops.get(next);
    next = (next + 1) % loops.size();
    return loop;
  }

  /** All of them. */
  public List<SimLoop> all() {
    return List.copyOf(loops);
  }
}
