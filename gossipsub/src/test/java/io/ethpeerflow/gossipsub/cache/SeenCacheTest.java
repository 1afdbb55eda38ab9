package io.ethpeerflow.gossipsub.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.testkit.seed.SeededRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeenCacheTest {
  private static final long TTL = 100;

  private static MessageId id(int number) {
    return MessageId.of(new byte[] {(byte) (number >> 8), (byte) number});
  }

  private static SeenCache cache(int maxIds) {
    return new SeenCache(TTL, maxIds, 1, 2);
  }

  @Test
  void anIdIsNewOnce() {
    SeenCache seen = cache(10);
    assertThat(seen.contains(id(1), 0)).isFalse();
    assertThat(seen.add(id(1), 0)).isTrue();
    assertThat(seen.add(id(1), 1)).isFalse();
    assertThat(seen.contains(id(1), 1)).isTrue();
    assertThat(seen.contains(id(2), 1)).isFalse();
  }

  @Test
  void anIdIsForgottenAfterItsTimeSinceItWasSeenFirst() {
    SeenCache seen = cache(10);
    seen.add(id(1), 0);
    seen.add(id(1), 99);
    assertThat(seen.contains(id(1), 99)).isTrue();
    assertThat(seen.contains(id(1), 100)).isFalse();
    assertThat(seen.add(id(1), 100)).isTrue();
    assertThat(seen.size()).isEqualTo(1);
  }

  @Test
  void aClockThatOverflowsDoesNoHarm() {
    SeenCache seen = cache(10);
    seen.add(id(1), Long.MAX_VALUE - 10);
    assertThat(seen.contains(id(1), Long.MIN_VALUE + 10)).isTrue();
    assertThat(seen.contains(id(1), Long.MIN_VALUE + 100)).isFalse();
  }

  @Test
  void theOldestGoesWhenThereAreTooMany() {
    SeenCache seen = cache(3);
    for (int i = 1; i <= 4; i++) {
      seen.add(id(i), i);
    }
    assertThat(seen.size()).isEqualTo(3);
    assertThat(seen.contains(id(1), 5)).isFalse();
    assertThat(seen.contains(id(2), 5)).isTrue();
    assertThat(seen.contains(id(4), 5)).isTrue();
  }

  @Test
  void anIdIsFoundWhereItLiesInAFrame() {
    SeenCache seen = cache(10);
    byte[] frame = {9, 9, 0, 1, 9};
    assertThat(seen.add(frame, 2, 4, 0)).isTrue();
    frame[3] = 7;
    assertThat(seen.contains(id(1), 0)).isTrue();
    assertThat(seen.contains(frame, 2, 4, 0)).isFalse();
    assertThat(seen.contains(new byte[] {0, 1, 0}, 0, 3, 0)).isFalse();
  }

  @Test
  void itSaysTheSameAsAMapWhateverHappens() {
    for (long seed = 0; seed < 20; seed++) {
      var random = new SeededRandom(seed);
      int max = 1 + random.nextInt(300);
      SeenCache seen = cache(max);
      Map<MessageId, Long> model = new LinkedHashMap<>();
      long now = random.nextLong();
      for (int step = 0; step < 3000; step++) {
        now += random.nextInt(3) == 0 ? random.nextInt(4) : 0;
        MessageId id = id(random.nextInt(600));
        long at = now;
        model.values().removeIf(since -> at - since >= TTL);
        if (random.nextBoolean()) {
          boolean isNew = !model.containsKey(id);
          if (isNew) {
            if (model.size() == max) {
              Iterator<MessageId> oldest = model.keySet().iterator();
              oldest.next();
              oldest.remove();
            }
            model.put(id, now);
          }
          assertThat(seen.add(id, now)).as("seed %d step %d", seed, step).isEqualTo(isNew);
          assertThat(seen.size()).isEqualTo(model.size());
        } else {
          assertThat(seen.contains(id, now))
              .as("seed %d step %d", seed, step)
              .isEqualTo(model.containsKey(id));
        }
      }
    }
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new SeenCache(0, 1, 0, 0)).hasMessageContaining("ttlNanos: 0");
    assertThatThrownBy(() -> new SeenCache(1, 0, 0, 0)).hasMessageContaining("maxIds: 0");
  }

  @Test
  void theHashIsSipHash() {
    // the example of the paper (Aumasson and Bernstein, 2012): key 00..0f, input 00..0e
    byte[] input = new byte[17];
    for (int i = 0; i < input.length; i++) {
      input[i] = (byte) (i - 1);
    }
    var hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    assertThat(hash.of(input, 1, 16)).isEqualTo(0xa129ca6149be45e5L);
  }
}
