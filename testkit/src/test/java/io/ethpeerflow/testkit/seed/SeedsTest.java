package io.ethpeerflow.testkit.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SeedsTest {
  private final String given = System.getProperty("seed", "");

  @AfterEach
  void restore() {
    System.setProperty("seed", given);
    System.clearProperty("seeds.factor");
    System.clearProperty("seeds.fresh");
  }

  @Test
  void triesTheSameCasesInEveryRun() {
    System.clearProperty("seed");
    assertThat(drawn(20)).hasSize(20).doesNotHaveDuplicates().isEqualTo(drawn(20));
  }

  @Test
  void triesOtherCasesWhenAskedForFreshOnes() {
    System.clearProperty("seed");
    System.setProperty("seeds.fresh", "true");
    assertThat(drawn(5)).isNotEqualTo(drawn(5));
  }

  @Test
  void multipliesTheCases() {
    System.clearProperty("seed");
    System.setProperty("seeds.factor", "3");
    assertThat(drawn(5)).hasSize(15);
  }

  @Test
  void namesTheSeedOfTheFailingCaseAndReplaysIt() {
    System.clearProperty("seed");
    var failing = new ArrayList<Long>();
    Seeds.Property property =
        random -> {
          if (random.nextInt(10) == 7) {
            failing.add(random.seed());
            throw new IOException("seven");
          }
        };
    Throwable failure = catchThrowable(() -> Seeds.check(1000, property));
    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dseed=" + Seeds.text(failing.get(0)))
        .hasCauseInstanceOf(IOException.class);

    System.setProperty("seed", Seeds.text(failing.get(0)));
    assertThatThrownBy(() -> Seeds.check(1000, property)).hasMessageContaining("case 1 of 1");
    assertThat(failing).hasSize(2);
    assertThat(failing.get(1)).isEqualTo(failing.get(0));
    assertThat(Seeds.single(5)).isEqualTo(failing.get(0));
  }

  @Test
  void readsTheSeedsItPrints() {
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(Seeds.parse(Seeds.text(seed))).isEqualTo(seed);
      assertThat(Seeds.parse(Long.toString(seed))).isEqualTo(seed);
    }
    assertThatThrownBy(() -> Seeds.parse("tomato")).hasMessageContaining("tomato");
  }

  @Test
  void isTheSameSequenceOnEveryMachine() {
    var random = new SeededRandom(1234567);
    // reference output of SplitMix64 for this seed
    assertThat(List.of(random.nextLong(), random.nextLong(), random.nextLong()))
        .containsExactly(
            Long.parseUnsignedLong("6457827717110365317"),
            Long.parseUnsignedLong("3203168211198807973"),
            Long.parseUnsignedLong("9817491932198370423"));
  }

  @Test
  void forksIndependently() {
    var parent = new SeededRandom(5);
    long child = parent.fork().nextLong();
    var again = new SeededRandom(5);
    var childAgain = again.fork();
    again.nextLong();
    assertThat(childAgain.nextLong()).isEqualTo(child);
  }

  @Test
  void meetsTheEdgesAndStaysInside() {
    var seen = new HashSet<Integer>();
    var random = new SeededRandom(1);
    for (int i = 0; i < 2000; i++) {
      int value = random.edgyInt(-3, 70_000);
      assertThat(value).isBetween(-3, 70_000);
      seen.add(value);
    }
    assertThat(seen).contains(-3, -2, 0, 1, 127, 128, 255, 256, 65_535, 65_536, 69_999, 70_000);
    assertThat(random.edgyInt(4, 4)).isEqualTo(4);
    assertThatThrownBy(() -> random.edgyInt(5, 4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void coversTheWholeRangeOfALong() {
    var random = new SeededRandom(2);
    int negative = 0;
    for (int i = 0; i < 1000; i++) {
      negative += random.edgyLong(Long.MIN_VALUE, Long.MAX_VALUE) < 0 ? 1 : 0;
      assertThat(random.edgyLong(Long.MAX_VALUE - 1, Long.MAX_VALUE))
          .isGreaterThanOrEqualTo(Long.MAX_VALUE - 1);
    }
    assertThat(negative).isBetween(200, 800);
  }

  @Test
  void makesBytesWithinTheBounds() {
    Seeds.check(
        500,
        random -> {
          assertThat(random.edgyBytes(3, 40).length).isBetween(3, 40);
          byte[] input = random.edgyBytes(0, 30);
          byte[] before = input.clone();
          assertThat(random.mutate(input).length).isBetween(0, 2 * input.length + 4);
          assertThat(input).isEqualTo(before);
        });
  }

  @Test
  void splitsWithoutLosingBytes() {
    Seeds.check(
        200,
        random -> {
          byte[] bytes = random.edgyBytes(0, 300);
          ByteBuf whole = ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes);
          List<ByteBuf> pieces = random.split(whole, 7);
          assertThat(pieces).allSatisfy(p -> assertThat(p.readableBytes()).isBetween(1, 7));
          ByteBuf joined = Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new));
          assertThat(joined).isEqualTo(whole);
          joined.release();
          whole.release();
          assertThat(whole.refCnt()).isZero();
        });
  }

  private static List<Long> drawn(int iterations) {
    var seeds = new ArrayList<Long>();
    Seeds.check(iterations, random -> seeds.add(Objects.requireNonNull(random).seed()));
    return seeds;
  }
}
