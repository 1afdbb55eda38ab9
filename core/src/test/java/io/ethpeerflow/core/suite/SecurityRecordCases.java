package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.SecureLink;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the protected link carries, hides, notices and passes on. */
abstract class SecurityRecordCases extends SecurityFailureCases {

  @Test
  void carriesBytesBothWays() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.left.probe().expect(OTHER);
    for (int i = 0; i < 10; i++) {
      rig.left.send(PATTERN, i * 100L, 100);
      rig.right.send(OTHER, i * 50L, 50);
      rig.settle();
    }
    assertThat(rig.right.probe().received()).isEqualTo(1000);
    assertThat(rig.left.probe().received()).isEqualTo(500);
  }

  @Test
  void carriesALargeTransferBothWaysCutAnywhere() {
    SecurityRig rig = rig(LinkOptions.chunked(9)).secured();
    rig.right.probe().expect(PATTERN);
    rig.left.probe().expect(OTHER);
    for (long at = 0; at < 2L << 20; at += 50_000) {
      rig.left.send(PATTERN, at, 50_000);
      rig.right.send(OTHER, at, 50_000);
      rig.settle();
    }
    assertThat(rig.right.probe().received()).isEqualTo(42 * 50_000);
    assertThat(rig.left.probe().received()).isEqualTo(42 * 50_000);
  }

  @Test
  void carriesOneBufferOfManyRecords() {
    SecurityRig rig = secured();
    int bytes = 3 * rig.left.secure().maxRecordBytes() + 17;
    rig.right.probe().expect(PATTERN);
    rig.left.send(PATTERN, 0, bytes);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(bytes);
  }

  @Test
  void anEmptyWriteIsNotSeen() {
    SecurityRig rig = secured();
    rig.left.send(PATTERN, 0, 0);
    rig.settle();
    assertThat(rig.right.probe().received()).isZero();
    assertThat(rig.right.probe().isClosed()).isFalse();
    rig.left.send(PATTERN, 0, 10);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(10);
  }

  @Test
  void nothingLeavesBeforeTheFlush() {
    SecurityRig rig = secured();
    rig.left.run(() -> rig.left.secure().write(PATTERN.buffer(rig.allocator, 0, 100)));
    rig.settle();
    assertThat(rig.right.probe().received()).isZero();
    rig.left.run(() -> rig.left.secure().flush());
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(100);
  }

  @Test
  void takesBuffersOfEveryKindAndReleasesThem() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    var alloc = rig.allocator;
    ByteBuf whole = alloc.buffer().writeBytes(PATTERN.bytes(290, 120));
    List<ByteBuf> buffers =
        List.of(
            alloc.heapBuffer().writeBytes(PATTERN.bytes(0, 100)),
            alloc.directBuffer().writeBytes(PATTERN.bytes(100, 100)),
            alloc.buffer().writeBytes(PATTERN.bytes(200, 100)).asReadOnly(),
            whole.retainedSlice(10, 100),
            alloc
                .compositeBuffer()
                .addComponent(true, alloc.heapBuffer().writeBytes(PATTERN.bytes(400, 50)))
                .addComponent(true, alloc.directBuffer().writeBytes(PATTERN.bytes(450, 50))),
            alloc.buffer().writeZero(7).writeBytes(PATTERN.bytes(500, 100)).skipBytes(7));
    whole.release();
    rig.left.run(
        () -> {
          buffers.forEach(rig.left.secure()::write);
          rig.left.secure().flush();
        });
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(600);
    assertThat(buffers).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
  }

  @Test
  void aFrameArrivesAsItsHeadAndThenItsBody() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    writeFrame(rig, 0, 12, 500);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(512);
  }

  @Test
  void aFrameMayHaveNoBody() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    writeFrame(rig, 0, 12, 0);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(12);
  }

  @Test
  void aFrameMayFillARecordOrExceedIt() {
    SecurityRig rig = secured();
    int record = rig.left.secure().maxRecordBytes();
    rig.right.probe().expect(PATTERN);
    long at = 0;
    for (int body : new int[] {record - 13, record - 12, record - 11, record, 3 * record}) {
      writeFrame(rig, at, 12, body);
      at += 12 + body;
      rig.settle();
      assertThat(rig.right.probe().received()).isEqualTo(at);
    }
  }

  private static void writeFrame(SecurityRig rig, long at, int headBytes, int bodyBytes) {
    ByteBuf head = PATTERN.buffer(rig.allocator, at, headBytes);
    ByteBuf body = PATTERN.buffer(rig.allocator, at + headBytes, bodyBytes);
    rig.left.run(
        () -> {
          rig.left.secure().writeFrame(head, body, bodyBytes);
          rig.left.secure().flush();
        });
    head.release();
    body.release();
  }

  @Test
  void writingAFrameMovesOnlyTheBodysIndex() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    ByteBuf head =
        rig.allocator.buffer().writeZero(3).writeBytes(PATTERN.bytes(0, 12)).skipBytes(3);
    ByteBuf body =
        rig.allocator.buffer().writeZero(5).writeBytes(PATTERN.bytes(12, 100)).skipBytes(5);
    rig.left.run(
        () -> {
          rig.left.secure().writeFrame(head, body, 40);
          rig.left.secure().flush();
        });
    assertThat(head.readerIndex()).isEqualTo(3);
    assertThat(head.readableBytes()).isEqualTo(12);
    assertThat(body.readerIndex()).isEqualTo(45);
    assertThat(body.readableBytes()).isEqualTo(60);
    assertThat(head.refCnt()).isOne();
    assertThat(body.refCnt()).isOne();
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(52);
    head.release();
    body.release();
  }

  @Test
  void framesAreReadDuringTheCall() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    ByteBuf head = rig.allocator.buffer(12);
    ByteBuf body = rig.allocator.buffer(1000);
    rig.left.run(
        () -> {
          for (int i = 0; i < 20; i++) {
            long at = i * 1012L;
            head.clear().writeBytes(PATTERN.bytes(at, 12));
            body.clear().writeBytes(PATTERN.bytes(at + 12, 1000));
            rig.left.secure().writeFrame(head, body, 1000);
          }
          head.clear().writeZero(12);
          body.clear().writeZero(1000);
          rig.left.secure().flush();
        });
    head.release();
    body.release();
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(20 * 1012);
  }

  @Test
  void writesAndFramesKeepTheirOrder() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.left.run(
        () -> {
          long at = 0;
          for (int i = 0; i < 10; i++) {
            rig.left.secure().write(PATTERN.buffer(rig.allocator, at, 30));
            ByteBuf head = PATTERN.buffer(rig.allocator, at + 30, 12);
            ByteBuf body = PATTERN.buffer(rig.allocator, at + 42, 50);
            rig.left.secure().writeFrame(head, body, 50);
            head.release();
            body.release();
            at += 92;
          }
          rig.left.secure().flush();
        });
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(920);
  }

  @Test
  void hidesWhatItCarries() {
    SecurityRig rig = secured();
    var wire = new ByteArrayOutputStream();
    rig.links
        .right()
        .tamper(
            bytes -> {
              wire.writeBytes(bytes);
              return bytes;
            });
    rig.right.probe();
    byte[] secret =
        "a sentence that must not be read on the way".repeat(20).getBytes(StandardCharsets.UTF_8);
    rig.left.run(
        () -> {
          rig.left.secure().write(rig.allocator.buffer().writeBytes(secret));
          rig.left.secure().flush();
        });
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(secret.length);
    assertThat(wire.toString(StandardCharsets.ISO_8859_1)).doesNotContain("a sentence that");
  }

  @Test
  void aChangedRecordIsNotDeliveredAndEndsTheLink() {
    for (int position : new int[] {0, 1, 30, 90, 115}) {
      SecurityRig rig = secured();
      rig.right.probe().expect(PATTERN);
      rig.links
          .right()
          .tamper(
              bytes -> {
                bytes[Math.min(position, bytes.length - 1)] ^= 0x40;
                return bytes;
              });
      rig.left.send(PATTERN, 0, 100);
      rig.settle();
      rig.left.run(() -> rig.left.secure().close());
      rig.clock.advance(Duration.ofSeconds(30));
      assertThat(rig.right.probe().received()).isZero();
      assertThat(rig.right.probe().isClosed()).isTrue();
      assertThat(rig.right.probe().cause()).isNotNull();
    }
  }

  @Test
  void aRecordThatIsDroppedOnTheWayEndsTheLink() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.links.right().tamper(bytes -> new byte[0]);
    rig.left.send(PATTERN, 0, 100);
    rig.settle();
    rig.links.right().tamper(bytes -> bytes);
    rig.left.send(PATTERN, 100, 100);
    rig.settle();
    assertThat(rig.right.probe().received()).isZero();
    assertThat(rig.right.probe().isClosed()).isTrue();
    assertThat(rig.right.probe().cause()).isNotNull();
  }

  @Test
  void aRecordThatIsRepeatedOnTheWayEndsTheLink() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.links
        .right()
        .tamper(
            bytes -> {
              byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
              System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
              return twice;
            });
    rig.left.send(PATTERN, 0, 100);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(100);
    assertThat(rig.right.probe().isClosed()).isTrue();
    assertThat(rig.right.probe().cause()).isNotNull();
  }

  @Test
  void aRecordThatWasCutOffIsAFailure() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.links.right().tamper(bytes -> Arrays.copyOf(bytes, bytes.length - 1));
    rig.left.run(
        () -> {
          rig.left.secure().write(PATTERN.buffer(rig.allocator, 0, 100));
          rig.left.secure().flush();
        });
    rig.settle();
    rig.left.run(rig.links.left()::close);
    rig.settle();
    assertThat(rig.right.probe().received()).isZero();
    assertThat(rig.right.probe().isClosed()).isTrue();
    assertThat(rig.right.probe().cause()).isNotNull();
  }

  @Test
  void closeDeliversWhatWasWrittenAndEndsInOrder() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.left.run(
        () -> {
          rig.left.secure().write(PATTERN.buffer(rig.allocator, 0, 30_000));
          rig.left.secure().flush();
          rig.left.secure().close();
          rig.left.secure().close();
        });
    rig.clock.advance(Duration.ofSeconds(10));
    assertThat(rig.right.probe().received()).isEqualTo(30_000);
    assertThat(rig.right.probe().isClosed()).isTrue();
    assertThat(rig.right.probe().cause()).isNull();
    assertThat(rig.left.probe().isClosed()).isTrue();
  }

  @Test
  void bothSidesMayCloseAtOnce() {
    SecurityRig rig = secured();
    rig.left.run(() -> rig.left.secure().close());
    rig.right.run(() -> rig.right.secure().close());
    rig.clock.advance(Duration.ofSeconds(10));
    assertThat(rig.left.probe().isClosed()).isTrue();
    assertThat(rig.right.probe().isClosed()).isTrue();
  }

  @Test
  void abortEndsBothSides() {
    SecurityRig rig = secured();
    rig.left.run(() -> rig.left.secure().abort());
    rig.settle();
    assertThat(rig.left.probe().isClosed()).isTrue();
    assertThat(rig.right.probe().isClosed()).isTrue();
  }

  @Test
  void aCutLinkSaysWhatFailed() {
    SecurityRig rig = secured();
    rig.links.cut();
    rig.settle();
    assertThat(rig.left.probe().isClosed()).isTrue();
    assertThat(rig.left.probe().cause()).isNotNull();
    assertThat(rig.right.probe().cause()).isNotNull();
  }

  @Test
  void writingAfterTheEndReleasesTheBuffer() {
    SecurityRig rig = secured();
    rig.links.cut();
    rig.settle();
    ByteBuf data = PATTERN.buffer(rig.allocator, 0, 100);
    rig.left.run(
        () -> {
          rig.left.secure().write(data);
          rig.left.secure().flush();
        });
    assertThat(data.refCnt()).isZero();
  }

  @Test
  void saysThatAReadIsComplete() {
    SecurityRig rig = secured();
    int before = rig.right.probe().readCompletes();
    rig.left.send(PATTERN, 0, 100);
    rig.settle();
    assertThat(rig.right.probe().readCompletes()).isGreaterThan(before);
  }

  @Test
  void isNotWritableWhileTheLinkIsNot() {
    SecurityRig rig = secured();
    AtomicInteger resumed = new AtomicInteger();
    rig.left.run(() -> rig.left.secure().onWritable(resumed::incrementAndGet));
    rig.links.right().stall(true);
    long at = 0;
    while (at < 4 << 20 && writable(rig)) {
      rig.left.send(PATTERN, at, 10_000);
      rig.settle();
      at += 10_000;
    }
    assertThat(at).as("bytes until it was not writable").isLessThan(1 << 20);
    assertThat(resumed).hasValue(0);
    rig.right.probe().expect(PATTERN);
    rig.links.right().stall(false);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(at);
    assertThat(writable(rig)).isTrue();
    assertThat(resumed.get()).isPositive();
  }

  private static boolean writable(SecurityRig rig) {
    boolean[] writable = new boolean[1];
    rig.left.run(() -> writable[0] = rig.left.secure().isWritable());
    return writable[0];
  }

  @Test
  void aReaderThatPausesStopsTheRemote() {
    SecurityRig rig = secured();
    rig.right.probe().expect(PATTERN);
    rig.right.run(() -> rig.right.secure().reading(false));
    rig.settle();
    long at = 0;
    while (at < 4 << 20 && writable(rig)) {
      rig.left.send(PATTERN, at, 10_000);
      rig.settle();
      at += 10_000;
    }
    assertThat(at).isLessThan(1 << 20);
    assertThat(rig.right.probe().received()).isLessThan(256 * KIB);
    rig.right.run(() -> rig.right.secure().reading(true));
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(at);
  }

  @Test
  void bytesGivenBackAreForTheNextReceiverAndComeFirst() {
    SecurityRig rig = rig().handshake();
    SecureLink right = rig.right.secure();
    List<LinkProbe> next = new ArrayList<>();
    rig.right.run(
        () ->
            right.receiver(
                new ByteReceiver() {
                  private boolean done;

                  @Override
                  public void onData(ByteBuf data) {
                    if (done) {
                      rig.violations.add("data for a receiver that was replaced");
                      data.release();
                      return;
                    }
                    done = true;
                    data.skipBytes(10);
                    right.unread(data);
                    var probe = new LinkProbe(right, rig.violations);
                    next.add(probe.expect(PATTERN, 10));
                    right.receiver(probe);
                  }

                  @Override
                  public void onClosed(@Nullable Throwable cause) {
                    rig.violations.add("the end for a receiver that was replaced");
                  }
                }));
    rig.left.probe();
    rig.left.send(PATTERN, 0, 100);
    rig.left.send(PATTERN, 100, 100);
    rig.settle();
    assertThat(next).hasSize(1);
    assertThat(next.get(0).received()).isEqualTo(190);
    rig.left.run(() -> rig.left.secure().abort());
    rig.right.run(right::abort);
    rig.settle();
    assertThat(next.get(0).isClosed()).isTrue();
  }
}
