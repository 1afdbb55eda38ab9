package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What the {@link Datagrams} of a transport have to do. Subclass it and give the world of its
 * {@link MuxerContract}, over a network that loses nothing by itself: whatever is sent a little at
 * a time is then expected to arrive, although {@link Datagrams} promises less.
 *
 * <p>Each case ends as those of {@link MuxerContract} do.
 */
public abstract class DatagramsContract extends MuxerSuite {
  /** More datagrams than any queue may hold. */
  private static final int TOO_MANY = 20_000;

  private static final int PAYLOAD_BYTES = 1000;
  private static final long MOST_HELD_BYTES = 8 << 20;

  /** For subclasses. */
  protected DatagramsContract() {}

  /** A reader: keeps copies, releases what it is given. */
  private static final class Arrivals implements Consumer<ByteBuf> {
    private final List<byte[]> payloads = Collections.synchronizedList(new ArrayList<>());
    private final Loop loop;
    private final List<String> violations;

    Arrivals(MuxerRig.End end, List<String> violations) {
      this.loop = end.loop();
      this.violations = violations;
    }

    @Override
    public void accept(ByteBuf payload) {
      if (!loop.inLoop()) {
        violations.add("a datagram outside of the loop");
      }
      byte[] bytes = new byte[payload.readableBytes()];
      payload.readBytes(bytes);
      payload.release();
      payloads.add(bytes);
    }

    int count() {
      return payloads.size();
    }

    List<byte[]> payloads() {
      return List.copyOf(payloads);
    }
  }

  private static Datagrams of(MuxerRig.End end) {
    Datagrams datagrams = end.connection().datagrams();
    assertThat(datagrams).as("datagrams of " + end.side).isNotNull();
    return datagrams;
  }

  private static Arrivals reading(MuxerRig rig, MuxerRig.End end) {
    var arrivals = new Arrivals(end, rig.violations);
    of(end).receive(arrivals);
    return arrivals;
  }

  private static ByteBuf payload(MuxerRig rig, int number, int bytes) {
    return new Pattern(number).buffer(rig.allocator(), 0, bytes);
  }

  private static boolean send(MuxerRig rig, MuxerRig.End from, int number, int bytes) {
    return of(from).send(payload(rig, number, bytes));
  }

  @Test
  void carriesDatagramsBothWays() {
    MuxerRig rig = rig();
    Arrivals atLeft = reading(rig, rig.left);
    Arrivals atRight = reading(rig, rig.right);
    assertThat(send(rig, rig.left, 1, 100)).isTrue();
    assertThat(send(rig, rig.right, 2, 200)).isTrue();
    rig.settle(() -> atLeft.count() == 1 && atRight.count() == 1);
    assertThat(atRight.payloads()).containsExactly(PATTERN.bytes(0, 100));
    assertThat(atLeft.payloads()).containsExactly(OTHER.bytes(0, 200));
  }

  @Test
  void aConnectionHasTheSameDatagramsEachTime() {
    MuxerRig rig = rig();
    assertThat(of(rig.left)).isSameAs(of(rig.left));
  }

  @Test
  void eachPayloadArrivesAsItIsFromNothingToTheLargest() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    int most = of(rig.left).maxBytes();
    assertThat(most).isPositive();
    int[] sizes = {0, 1, most / 2, most};
    for (int i = 0; i < sizes.length; i++) {
      assertThat(send(rig, rig.left, i, sizes[i])).as(sizes[i] + " bytes").isTrue();
      int wanted = i + 1;
      rig.settle(() -> atRight.count() == wanted);
      assertThat(atRight.count()).as("after " + sizes[i] + " bytes").isEqualTo(wanted);
      assertThat(atRight.payloads().get(i)).isEqualTo(new Pattern(i).bytes(0, sizes[i]));
    }
  }

  @Test
  void severalInOneTurnArriveApart() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    rig.left.run(
        () -> {
          for (int i = 0; i < 5; i++) {
            assertThat(send(rig, rig.left, i, 10 + i)).isTrue();
          }
        });
    rig.settle(() -> atRight.count() == 5);
    assertThat(atRight.payloads())
        .containsExactlyInAnyOrder(
            new Pattern(0).bytes(0, 10),
            new Pattern(1).bytes(0, 11),
            new Pattern(2).bytes(0, 12),
            new Pattern(3).bytes(0, 13),
            new Pattern(4).bytes(0, 14));
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWithBothSizesAndReleased() {
    MuxerRig rig = rig();
    int most = of(rig.left).maxBytes();
    ByteBuf large = payload(rig, 1, most + 1);
    assertThatThrownBy(() -> of(rig.left).send(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(most))
        .hasMessageContaining(String.valueOf(most + 1));
    assertThat(large.refCnt()).isZero();
    assertThat(of(rig.left).counts()).isEqualTo(Datagrams.Counts.NONE);
  }

  @Test
  void takesBuffersOfEveryKind() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    ByteBufAllocator alloc = rig.allocator();
    ByteBuf whole = alloc.buffer().writeBytes(PATTERN.bytes(290, 120));
    ByteBuf slice = whole.retainedSlice(10, 100);
    whole.release();
    List<ByteBuf> buffers =
        List.of(
            alloc.heapBuffer().writeBytes(PATTERN.bytes(0, 100)),
            alloc.directBuffer().writeBytes(PATTERN.bytes(100, 100)),
            alloc.buffer().writeBytes(PATTERN.bytes(200, 100)).asReadOnly(),
            slice,
            alloc
                .compositeBuffer()
                .addComponent(true, alloc.heapBuffer().writeBytes(PATTERN.bytes(400, 50)))
                .addComponent(true, alloc.directBuffer().writeBytes(PATTERN.bytes(450, 50))),
            alloc.buffer().writeZero(7).writeBytes(PATTERN.bytes(500, 100)).skipBytes(7));
    for (int i = 0; i < buffers.size(); i++) {
      assertThat(of(rig.left).send(buffers.get(i))).isTrue();
      int wanted = i + 1;
      rig.settle(() -> atRight.count() == wanted);
      assertThat(atRight.payloads()).hasSize(wanted);
      assertThat(atRight.payloads().get(i)).isEqualTo(PATTERN.bytes(100L * i, 100));
    }
  }

  @Test
  void aSecondReaderIsRefused() {
    MuxerRig rig = rig();
    reading(rig, rig.right);
    assertThatThrownBy(() -> reading(rig, rig.right)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatCameBeforeTheReaderIsDeliveredAtTheEndOfTheTurn() {
    MuxerRig rig = rig();
    assertThat(send(rig, rig.left, 1, 100)).isTrue();
    rig.settle();
    var atRight = new Arrivals(rig.right, rig.violations);
    rig.right.run(
        () -> {
          of(rig.right).receive(atRight);
          assertThat(atRight.count()).isZero();
        });
    rig.settle(() -> atRight.count() == 1);
    assertThat(atRight.payloads()).containsExactly(PATTERN.bytes(0, 100));
  }

  @Test
  void whatWaitsForAReaderIsBoundedAndTheRestCounted() {
    MuxerRig rig = rig();
    long sent = 0;
    for (int i = 0; i < TOO_MANY; i++) {
      sent += send(rig, rig.left, i, PAYLOAD_BYTES) ? 1 : 0;
      if (i % 50 == 0) {
        rig.world.pass(Duration.ofMillis(2));
      }
    }
    rig.settle();
    assertThat(rig.world.outstandingBytes()).isLessThan(MOST_HELD_BYTES);
    Datagrams.Counts before = of(rig.right).counts();
    assertThat(before.received()).isZero();
    assertThat(before.droppedInbound()).isPositive().isLessThan(sent);
    Arrivals atRight = reading(rig, rig.right);
    rig.settle();
    assertThat(atRight.count()).isPositive();
    assertThat(of(rig.right).counts().received()).isEqualTo(atRight.count());
  }

  @Test
  void theQueueIsBoundedAndWhatItRefusesIsReleasedAndCounted() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    rig.stall(rig.right, true);
    long refused = 0;
    for (int i = 0; i < TOO_MANY; i++) {
      ByteBuf data = payload(rig, i, PAYLOAD_BYTES);
      if (!of(rig.left).send(data)) {
        refused++;
        assertThat(data.refCnt()).isZero();
      }
    }
    assertThat(refused).isPositive();
    assertThat(of(rig.left).counts().droppedOutbound()).isEqualTo(refused);
    assertThat(rig.world.outstandingBytes()).isLessThan(MOST_HELD_BYTES);
    rig.stall(rig.right, false);
    rig.settle();
    int before = atRight.count();
    assertThat(send(rig, rig.left, 1, PAYLOAD_BYTES)).as("goes on when there is room").isTrue();
    rig.settle(() -> atRight.count() > before);
    assertThat(atRight.count()).isGreaterThan(before);
  }

  @Test
  void afterTheEndEverythingIsRefusedAndReleased() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    rig.left.close(ConnectionErrorCode.NO_ERROR);
    rig.settle(() -> rig.left.hasEnded() && rig.right.hasEnded());
    for (MuxerRig.End end : List.of(rig.left, rig.right)) {
      ByteBuf data = payload(rig, 1, 100);
      assertThat(of(end).send(data)).isFalse();
      assertThat(data.refCnt()).isZero();
      assertThat(of(end).counts().droppedOutbound()).isOne();
    }
    rig.settle();
    assertThat(atRight.count()).isZero();
  }

  @Test
  void onceTheConnectionHasEndedTheCountsAddUp() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    rig.stall(rig.right, true);
    int calls = 3000;
    for (int i = 0; i < calls; i++) {
      send(rig, rig.left, i, PAYLOAD_BYTES);
    }
    rig.left.close(ConnectionErrorCode.NO_ERROR);
    rig.settle(rig.left::hasEnded);
    rig.stall(rig.right, false);
    rig.settle();
    Datagrams.Counts sender = of(rig.left).counts();
    assertThat(sender.sent() + sender.droppedOutbound()).isEqualTo(calls);
    assertThat(of(rig.right).counts().received()).isEqualTo(atRight.count());
    assertThat((long) atRight.count()).isLessThanOrEqualTo(sender.sent());
  }

  @Test
  void aReaderMayAnswer() {
    MuxerRig rig = rig();
    Arrivals atLeft = reading(rig, rig.left);
    of(rig.right).receive(of(rig.right)::send);
    send(rig, rig.left, 1, 100);
    rig.settle(() -> atLeft.count() == 1);
    assertThat(atLeft.payloads()).containsExactly(PATTERN.bytes(0, 100));
  }

  @Test
  void streamsAndDatagramsLeaveEachOtherAlone() {
    MuxerRig rig = rig();
    Arrivals atRight = reading(rig, rig.right);
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    WritePump.start(pair.opener(), PATTERN, 2L << 20, 10_000);
    for (int i = 0; i < 100; i++) {
      send(rig, rig.left, i, 500);
      rig.world.pass(Duration.ofMillis(1));
    }
    rig.world.until("the end of the stream", pair.acceptor()::ended);
    assertThat(pair.acceptor().received()).isEqualTo(2L << 20);
    assertThat(atRight.count()).isPositive();
    assertThat(rig.right.connection().closed()).isNotDone();
  }

  @Test
  void manyThreadsMaySend() {
    MuxerRig rig = rig();
    assumeTrue(
        rig.world.missing().contains(Ability.STILL_CLOCK), "virtual time belongs to one thread");
    Arrivals atRight = reading(rig, rig.right);
    Datagrams datagrams = of(rig.left);
    int threads = 4;
    int each = 50;
    List<CompletableFuture<Integer>> senders = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      senders.add(
          CompletableFuture.supplyAsync(
              () -> {
                int taken = 0;
                for (int i = 0; i < each; i++) {
                  taken += datagrams.send(rig.allocator().buffer().writeLong(i)) ? 1 : 0;
                }
                return taken;
              }));
    }
    int taken = senders.stream().mapToInt(CompletableFuture::join).sum();
    rig.settle(() -> atRight.count() == taken);
    assertThat(datagrams.counts().droppedOutbound()).isEqualTo(threads * each - taken);
    assertThat(atRight.count()).isPositive().isLessThanOrEqualTo(taken);
  }
}
