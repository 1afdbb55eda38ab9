package io.ethpeerflow.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryLinkPairTest {
  private final VirtualClock clock = new VirtualClock();
  private final SimLoop leftLoop = new SimLoop(clock, "left");
  private final SimLoop rightLoop = new SimLoop(clock, "right");
  private final Sink leftSink = new Sink();
  private final Sink rightSink = new Sink();
  private MemoryLinkPair pair = new MemoryLinkPair(leftLoop, rightLoop);

  /** Keeps what it receives. */
  private static final class Sink implements ByteReceiver {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<Integer> chunks = new ArrayList<>();
    int readCompletes;
    int closes;
    @Nullable Throwable cause;

    @Override
    public void onData(ByteBuf data) {
      assertThat(closes).isZero();
      assertThat(data.isReadable()).isTrue();
      chunks.add(data.readableBytes());
      byte[] copy = new byte[data.readableBytes()];
      data.readBytes(copy).release();
      bytes.writeBytes(copy);
    }

    @Override
    public void onReadComplete() {
      readCompletes++;
    }

    @Override
    public void onClosed(@Nullable Throwable why) {
      closes++;
      cause = why;
    }
  }

  @AfterEach
  void discard() {
    pair.close();
  }

  private void use(LinkOptions options) {
    pair.close();
    pair = new MemoryLinkPair(leftLoop, rightLoop, options);
  }

  private void install() {
    leftLoop.run(() -> pair.left().receiver(leftSink));
    rightLoop.run(() -> pair.right().receiver(rightSink));
  }

  private static ByteBuf buffer(byte[] bytes) {
    return ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes);
  }

  private void sendLeft(byte[] bytes) {
    leftLoop.run(
        () -> {
          pair.left().write(buffer(bytes));
          pair.left().flush();
        });
  }

  private void settle() {
    clock.runDue();
  }

  @Test
  void carriesBytesCutAnywhere() {
    Seeds.check(
        50,
        random -> {
          use(LinkOptions.chunked(random.nextLong()));
          var sink = new Sink();
          rightLoop.run(() -> pair.right().receiver(sink));
          byte[] all = random.bytes(random.nextInt(200_000));
          leftLoop.run(
              () -> {
                ByteBuf whole = buffer(all);
                for (ByteBuf piece : random.split(whole, 20_000)) {
                  pair.left().write(piece);
                }
                whole.release();
                pair.left().flush();
              });
          settle();
          assertThat(sink.bytes.toByteArray()).isEqualTo(all);
          assertThat(sink.readCompletes).isLessThanOrEqualTo(sink.chunks.size());
        });
  }

  @Test
  void theSameSeedCutsAtTheSamePlaces() {
    List<List<Integer>> cuts = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      use(LinkOptions.chunked(77));
      var sink = new Sink();
      rightLoop.run(() -> pair.right().receiver(sink));
      sendLeft(new byte[50_000]);
      settle();
      cuts.add(sink.chunks);
    }
    assertThat(cuts.get(0)).hasSizeGreaterThan(10).isEqualTo(cuts.get(1));
  }

  @Test
  void deliversNothingThatWasNotFlushed() {
    install();
    leftLoop.run(() -> pair.left().write(buffer(new byte[10])));
    settle();
    assertThat(rightSink.bytes.size()).isZero();
    leftLoop.run(() -> pair.left().flush());
    settle();
    assertThat(rightSink.bytes.size()).isEqualTo(10);
    assertThat(rightSink.readCompletes).isOne();
  }

  @Test
  void keepsWhatArrivesBeforeThereIsAReceiver() {
    sendLeft(new byte[] {1, 2, 3});
    leftLoop.run(() -> pair.left().close());
    settle();
    install();
    settle();
    assertThat(rightSink.bytes.toByteArray()).containsExactly(1, 2, 3);
    assertThat(rightSink.closes).isOne();
  }

  @Test
  void deliversUnreadBytesToTheNextReceiverBeforeNewOnes() {
    Seeds.check(
        20,
        random -> {
          use(LinkOptions.DEFAULT.withSeed(random.nextLong()).withChunks(4, 4));
          var second = new Sink();
          rightLoop.run(
              () ->
                  pair.right()
                      .receiver(
                          new ByteReceiver() {
                            @Override
                            public void onData(ByteBuf data) {
                              data.skipBytes(1);
                              pair.right().unread(data.readRetainedSlice(1));
                              pair.right().unread(data);
                              pair.right().receiver(second);
                            }

                            @Override
                            public void onClosed(@Nullable Throwable cause) {
                              throw new AssertionError("not for the first receiver");
                            }
                          }));
          sendLeft(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
          leftLoop.run(() -> pair.left().close());
          settle();
          assertThat(second.bytes.toByteArray()).containsExactly(2, 3, 4, 5, 6, 7, 8);
          assertThat(second.closes).isOne();
        });
  }

  @Test
  void becomesUnwritableWhenTheRemoteDoesNotReadAndSaysWhenThatEnds() {
    install();
    var resumed = new AtomicInteger();
    leftLoop.run(() -> pair.left().onWritable(resumed::incrementAndGet));
    rightLoop.run(() -> pair.right().reading(false));
    sendLeft(new byte[60_000]);
    leftLoop.run(() -> assertThat(pair.left().isWritable()).isTrue());
    sendLeft(new byte[10_000]);
    settle();
    leftLoop.run(() -> assertThat(pair.left().isWritable()).isFalse());
    assertThat(resumed).hasValue(0);
    rightLoop.run(() -> pair.right().reading(true));
    settle();
    leftLoop.run(() -> assertThat(pair.left().isWritable()).isTrue());
    assertThat(resumed).hasValue(1);
    assertThat(rightSink.bytes.size()).isEqualTo(70_000);
  }

  @Test
  void closeDeliversWhatWasWrittenThenEndsBothEndsInOrder() {
    install();
    leftLoop.run(
        () -> {
          pair.left().write(buffer(new byte[100_000]));
          pair.left().close();
          pair.left().close();
          pair.left().write(buffer(new byte[10]));
        });
    settle();
    assertThat(rightSink.bytes.size()).isEqualTo(100_000);
    assertThat(List.of(leftSink.closes, rightSink.closes)).containsExactly(1, 1);
    assertThat(leftSink.cause).isNull();
    assertThat(rightSink.cause).isNull();
  }

  @Test
  void bothEndsMayCloseAtOnce() {
    install();
    leftLoop.run(() -> pair.left().write(buffer(new byte[10])));
    rightLoop.run(() -> pair.right().write(buffer(new byte[10])));
    leftLoop.run(() -> pair.left().close());
    rightLoop.run(() -> pair.right().close());
    settle();
    assertThat(List.of(leftSink.closes, rightSink.closes)).containsExactly(1, 1);
    assertThat(rightSink.cause).isNull();
  }

  @Test
  void closeGivesUpOnARemoteThatDoesNotRead() {
    install();
    rightLoop.run(() -> pair.right().reading(false));
    sendLeft(new byte[100]);
    leftLoop.run(() -> pair.left().close());
    clock.advance(Duration.ofSeconds(4));
    assertThat(leftSink.closes).isZero();
    clock.advance(Duration.ofSeconds(2));
    assertThat(leftSink.closes).isOne();
    assertThat(rightSink.bytes.size()).isZero();
    assertThat(rightSink.cause).isInstanceOf(IOException.class);
  }

  @Test
  void abortDropsWhatWasNotSentAndFailsTheRemote() {
    install();
    leftLoop.run(
        () -> {
          pair.left().write(buffer(new byte[100]));
          pair.left().flush();
          pair.left().abort();
        });
    settle();
    assertThat(rightSink.bytes.size()).isZero();
    assertThat(rightSink.cause).isInstanceOf(IOException.class);
    assertThat(leftSink.closes).isOne();
    assertThat(leftSink.cause).isNull();
  }

  @Test
  void cutsAfterExactlySoManyBytes() {
    use(LinkOptions.chunked(3));
    install();
    pair.right().cutAfterReceiving(1234);
    sendLeft(new byte[5000]);
    settle();
    assertThat(rightSink.bytes.size()).isEqualTo(1234);
    assertThat(rightSink.cause).isInstanceOf(IOException.class);
    assertThat(leftSink.cause).isInstanceOf(IOException.class);
    assertThat(leftSink.closes).isOne();
  }

  @Test
  void takesTheLatencyForBytesAndForTheEnd() {
    use(LinkOptions.DEFAULT.withLatencyNanos(1_000_000));
    install();
    sendLeft(new byte[10]);
    clock.advanceNanos(600_000);
    sendLeft(new byte[5]);
    leftLoop.run(() -> pair.left().close());
    clock.advanceNanos(399_999);
    assertThat(rightSink.bytes.size()).isZero();
    clock.advanceNanos(1);
    assertThat(rightSink.bytes.size()).isEqualTo(10);
    clock.advanceNanos(599_999);
    assertThat(rightSink.bytes.size()).isEqualTo(10);
    assertThat(rightSink.closes).isZero();
    clock.advanceNanos(1);
    assertThat(rightSink.bytes.size()).isEqualTo(15);
    assertThat(rightSink.closes).isOne();
  }

  @Test
  void aStalledNetworkDeliversLater() {
    install();
    pair.right().stall(true);
    sendLeft(new byte[10]);
    clock.advance(Duration.ofHours(1));
    assertThat(rightSink.bytes.size()).isZero();
    pair.right().stall(false);
    settle();
    assertThat(rightSink.bytes.size()).isEqualTo(10);
  }

  @Test
  void canBeTamperedWith() {
    install();
    pair.right()
        .tamper(
            bytes -> {
              bytes[0] ^= 1;
              return bytes;
            });
    sendLeft(new byte[] {6});
    settle();
    assertThat(rightSink.bytes.toByteArray()).containsExactly(7);
  }

  @Test
  void refusesCallsFromOutsideItsLoop() {
    assertThatThrownBy(() -> pair.left().flush())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("outside of its loop");
    rightLoop.run(
        () ->
            assertThatThrownBy(() -> pair.left().isWritable()).isInstanceOf(AssertionError.class));
  }

  @Test
  void runsTheWritableCallbackOnceWhenItEnds() {
    install();
    var resumed = new AtomicInteger();
    leftLoop.run(() -> pair.left().onWritable(resumed::incrementAndGet));
    pair.cut();
    settle();
    assertThat(resumed).hasValue(1);
    leftLoop.run(() -> assertThat(pair.left().isWritable()).isFalse());
  }

  @Test
  void secureLinksCarryFramesInTwoParts() {
    try (var secure = new SimSecureLinkPair(leftLoop, rightLoop)) {
      rightLoop.run(() -> secure.right().receiver(rightSink));
      ByteBuf head = buffer(new byte[] {1, 2});
      ByteBuf body = buffer(new byte[] {3, 4, 5});
      leftLoop.run(
          () -> {
            secure.left().writeFrame(head, body, 2);
            secure.left().flush();
          });
      settle();
      assertThat(rightSink.bytes.toByteArray()).containsExactly(1, 2, 3, 4);
      assertThat(head.readableBytes()).isEqualTo(2);
      assertThat(body.readableBytes()).isOne();
      head.release();
      body.release();
      assertThat(secure.left().remoteKey()).isNotEqualTo(secure.right().remoteKey());
    }
  }

  @Test
  void loopsAreGivenOutInTurn() {
    var loops = new SimLoops(clock, "host", 2);
    assertThat(loops.next()).isSameAs(loops.all().get(0));
    assertThat(loops.next()).isSameAs(loops.all().get(1));
    assertThat(loops.next()).isSameAs(loops.all().get(0));
    var ran = new AtomicInteger();
    loops.nextSim().schedule(5, ran::incrementAndGet).cancel();
    loops.nextSim().schedule(5, ran::incrementAndGet);
    clock.advanceNanos(5);
    assertThat(ran).hasValue(1);
    assertThat(new SeededRandom(1).seed()).isOne();
  }
}
