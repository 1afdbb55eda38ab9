package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.limits.LimitsConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the cases of {@link TransportContract} share: a world, and two ends in it. */
@Timeout(120)
abstract class TransportSuite {
  static final Pattern PATTERN = new Pattern(0);
  static final Duration UPGRADE_TIMEOUT = Duration.ofSeconds(5);
  static final Duration SHORT = Duration.ofMillis(300);

  private @Nullable TransportWorld opened;
  private @Nullable TransportRig made;

  /** A new world; the suite closes it. */
  protected abstract TransportWorld world();

  @BeforeEach
  void opensAWorld() {
    opened = world();
  }

  TransportWorld here() {
    TransportWorld present = opened;
    if (present == null) {
      throw new IllegalStateException("no world yet");
    }
    return present;
  }

  TransportRig rig() {
    return rig(LimitsConfig.DEFAULT, LimitsConfig.DEFAULT, UPGRADE_TIMEOUT);
  }

  TransportRig rig(Duration upgradeTimeout) {
    return rig(LimitsConfig.DEFAULT, LimitsConfig.DEFAULT, upgradeTimeout);
  }

  TransportRig rig(LimitsConfig first, LimitsConfig second, Duration upgradeTimeout) {
    var rig = new TransportRig(here(), first, second, upgradeTimeout);
    made = rig;
    return rig;
  }

  @AfterEach
  void endsWithNothingLeftOver() {
    try {
      TransportRig rig = made;
      if (rig != null) {
        rig.finish();
      }
    } finally {
      here().close();
    }
  }
}
