package io.ethpeerflow.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.SecureLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The link after the handshake, with each engine. */
class TlsLinkTest {
  static final List<TlsEngine> ENGINES = TlsPair.ENGINES;

  static Stream<Arguments> mixedEngines() {
    return TlsHandshakeTest.engines();
  }

  private static TlsPair pair(TlsEngine engine) {
    return TlsPair.of(engine, engine, LinkOptions.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("mixedEngines")
  void carriesAMebibyteBothWaysAgainstBackPressure(TlsEngine client, TlsEngine server) {
    int total = 1 << 20;
    try (var pair = TlsPair.of(client, server, LinkOptions.chunked(7).withHighMarkBytes(200_000))) {
      pair.established();
      var sent = new AtomicLong();
      for (TlsPair.Side side : List.of(pair.client, pair.server)) {
        side.loop.run(() -> new Sender(side.link(), total, sent).run());
      }
      pair.settle();
      byte[] expected = TlsPair.pattern(total);
      assertThat(pair.server.received.bytes()).isEqualTo(expected);
      assertThat(pair.client.received.bytes()).isEqualTo(expected);
      assertThat(sent).hasValue(2L * total);
      assertThat(pair.client.received.readCompletes()).isPositive();
    }
  }

  /** Sends the pattern in frames, as a muxer does: while the link is writable. */
  private static final class Sender implements Runnable {
    private final SecureLink link;
    private final ByteBuf data;
    private final AtomicLong sent;

    Sender(SecureLink link, int total, AtomicLong sent) {
      this.link = link;
      this.data = Unpooled.wrappedBuffer(TlsPair.pattern(total));
      this.sent = sent;
      link.onWritable(this);
    }

    @Override
    public void run() {
      while (link.isWritable() && data.isReadable()) {
        int head = Math.min(12, data.readableBytes());
        int body = Math.min(link.maxRecordBytes() - 12, data.readableBytes() - head);
        ByteBuf header = data.readSlice(head);
        link.writeFrame(header, data, body);
        sent.addAndGet(head + body);
      }
      link.flush();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void carriesFramesOfAnySizeFromAnyKindOfBuffer(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      int record = pair.client.link().maxRecordBytes();
      int[] sizes = {
        0, 1, 11, 2035, 2036, 2037, 16_354, 16_371, 16_372, 16_373, record - 12, record
      };
      var expected = Unpooled.buffer();
      for (int size : sizes) {
        byte[] head = TlsPair.pattern(12);
        byte[] body = TlsPair.pattern(size);
        pair.clientLoop.run(
            () -> {
              SecureLink link = pair.client.link();
              for (ByteBuf from : kinds(body)) {
                int before = from.readableBytes();
                ByteBuf header = Unpooled.wrappedBuffer(head);
                link.writeFrame(header, from, size);
                assertThat(header.readableBytes()).isEqualTo(12);
                assertThat(from.readableBytes()).isEqualTo(before - size);
                assertThat(from.refCnt()).isEqualTo(1);
                from.release();
                expected.writeBytes(head).writeBytes(body);
              }
              link.flush();
            });
        pair.settle();
      }
      assertThat(pair.server.received.bytes())
          .isEqualTo(java.util.Arrays.copyOf(expected.array(), expected.readableBytes()));
    }
  }

  /** The same bytes on the heap, off it, read-only, in pieces, and followed by others. */
  private static List<ByteBuf> kinds(byte[] body) {
    ByteBuf direct = io.netty.buffer.PooledByteBufAllocator.DEFAULT.directBuffer();
    int half = body.length / 2;
    return List.of(
        Unpooled.copiedBuffer(body),
        direct.writeBytes(body).writeLong(-1),
        Unpooled.wrappedBuffer(body).asReadOnly(),
        Unpooled.compositeBuffer()
            .addComponent(true, Unpooled.copiedBuffer(body, 0, half))
            .addComponent(
                true, Unpooled.directBuffer().writeBytes(body, half, body.length - half)));
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void takesHeadAndBodyOutOfOneBuffer(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.clientLoop.run(
          () -> {
            ByteBuf both = pair.client.link().allocator().buffer();
            both.writeBytes(TlsPair.pattern(5000));
            pair.client.link().writeFrame(both.slice(0, 100), both.skipBytes(100), 4900);
            both.release();
            pair.client.link().flush();
          });
      pair.settle();
      assertThat(pair.server.received.bytes()).isEqualTo(TlsPair.pattern(5000));
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void consumesWhatIsWrittenAndSendsItAtTheFlush(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      byte[] big = TlsPair.pattern(300_000);
      ByteBuf data = Unpooled.wrappedBuffer(big);
      ByteBuf empty = Unpooled.buffer();
      pair.clientLoop.run(
          () -> {
            pair.client.link().write(empty);
            pair.client.link().write(data);
          });
      assertThat(data.refCnt()).isZero();
      assertThat(empty.refCnt()).isZero();
      pair.clientLoop.run(pair.client.link()::flush);
      pair.settle();
      assertThat(pair.server.received.bytes()).isEqualTo(big);
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void passesManySmallRecordsUpTogether(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.clientLoop.run(
          () -> {
            for (int i = 0; i < 100; i++) {
              pair.client.link().write(Unpooled.copiedBuffer(new byte[] {(byte) i}));
            }
            pair.client.link().flush();
          });
      pair.settle();
      assertThat(pair.server.received.size()).isEqualTo(100);
      assertThat(pair.server.received.deliveries()).isLessThan(4);
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void holdsBackWhatArrivesBeforeThereIsAReceiver(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.handshake();
      pair.client.send("early");
      pair.settle();
      pair.client.send(" and late");
      pair.settle();
      assertThat(pair.server.raw.receivedBytes()).isPositive();
      pair.server.receive();
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("early and late");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void stopsReadingWhileNobodyTakesWhatArrived(TlsEngine engine) {
    try (var pair = TlsPair.of(engine, engine, LinkOptions.DEFAULT.withHighMarkBytes(100_000))) {
      pair.handshake();
      pair.clientLoop.run(
          () -> {
            for (int i = 0; i < 100; i++) {
              pair.client.link().write(Unpooled.copiedBuffer(TlsPair.pattern(10_000)));
            }
            pair.client.link().flush();
          });
      pair.settle();
      assertThat(pair.client.isWritable()).isFalse();
      assertThat(pair.client.raw.undeliveredBytes()).isGreaterThan(500_000);
      pair.server.receive();
      pair.settle();
      assertThat(pair.server.received.size()).isEqualTo(1_000_000);
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void givesUnreadBytesToTheNextReceiverFirst(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.handshake();
      SecureLink link = pair.server.link();
      ByteReceiver first =
          new ByteReceiver() {
            @Override
            public void onData(ByteBuf data) {
              assertThat(data.readByte()).isEqualTo((byte) 'n');
              link.unread(data.readRetainedSlice(1));
              link.unread(data);
              link.receiver(pair.server.received);
            }

            @Override
            public void onClosed(@Nullable Throwable cause) {
              throw new AssertionError("the first receiver is out of office");
            }
          };
      pair.serverLoop.run(() -> link.receiver(first));
      pair.client.send("negotiated");
      pair.client.send(", then data");
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("egotiated, then data");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void stopsAndResumesReading(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.serverLoop.run(() -> pair.server.link().reading(false));
      pair.client.send("wait");
      pair.settle();
      assertThat(pair.server.received.text()).isEmpty();
      pair.serverLoop.run(() -> pair.server.link().reading(true));
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("wait");
    }
  }

  @ParameterizedTest
  @MethodSource("mixedEngines")
  @Spec("tls/close-notify")
  void endsInOrderOnBothSides(TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.chunked(3))) {
      pair.established();
      pair.client.send(TlsPair.pattern(50_000));
      pair.clientLoop.run(
          () -> {
            pair.client.link().close();
            pair.client.link().close();
          });
      pair.settle();
      assertThat(pair.server.received.size()).isEqualTo(50_000);
      assertThat(pair.server.received.ends()).isEqualTo(1);
      assertThat(pair.server.received.cause()).isNull();
      assertThat(pair.client.received.ends()).isEqualTo(1);
      assertThat(pair.client.received.cause()).isNull();
      assertThat(pair.server.isWritable()).isFalse();
      assertThat(pair.client.raw.hasEnded()).isTrue();
      assertThat(pair.server.raw.hasEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void tellsALateReceiverHowTheLinkEnded(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.handshake();
      pair.client.send("last words");
      pair.clientLoop.run(pair.client.link()::close);
      pair.settle();
      pair.server.receive();
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("last words");
      assertThat(pair.server.received.ends()).isEqualTo(1);
      assertThat(pair.server.received.cause()).isNull();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  @Spec("tls/close-notify")
  void noticesALinkThatEndsWithoutCloseNotify(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.client.send("whole");
      pair.client.closeRaw();
      pair.settle();
      assertThat(pair.server.received.text()).isEqualTo("whole");
      assertThat(pair.server.received.ends()).isEqualTo(1);
      assertThat(pair.server.received.cause())
          .isInstanceOf(ConnectionClosedException.class)
          .hasMessage("the remote ended the link without close_notify");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void noticesALinkThatIsCutInsideARecord(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.server.raw.tamper(bytes -> java.util.Arrays.copyOf(bytes, bytes.length - 1));
      pair.client.send("never whole");
      pair.client.closeRaw();
      pair.settle();
      assertThat(pair.server.received.text()).isEmpty();
      assertThat(pair.server.received.cause())
          .isInstanceOf(ConnectionClosedException.class)
          .hasMessageEndingWith("inside a record");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void passesOnTheCauseOfABrokenLink(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.links.cut();
      pair.settle();
      assertThat(pair.server.received.cause()).isInstanceOf(IOException.class);
      assertThat(pair.client.received.cause()).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("mixedEngines")
  void refusesATamperedRecordAndSaysSo(TlsEngine client, TlsEngine server) {
    try (var pair = TlsPair.of(client, server, LinkOptions.DEFAULT)) {
      pair.established();
      pair.server.send("first, so that the client is past a late refusal");
      pair.settle();
      pair.server.raw.tamper(
          bytes -> {
            bytes[bytes.length - 1] ^= 1;
            return bytes;
          });
      pair.client.send("forged");
      pair.settle();
      assertThat(pair.server.received.text()).isEmpty();
      assertThat(pair.server.received.ends()).isEqualTo(1);
      assertThat(pair.server.received.cause()).isInstanceOf(ConnectionClosedException.class);
      assertThat(pair.client.received.ends()).isEqualTo(1);
      assertThat(pair.client.received.cause())
          .isInstanceOf(ConnectionClosedException.class)
          .hasMessageMatching("the remote sent TLS alert (bad_record_mac|BAD_RECORD_MAC)");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void refusesARecordThatIsTooLongByItsHeader(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.clientLoop.run(
          () -> {
            pair.client.raw.write(Unpooled.wrappedBuffer(new byte[] {23, 3, 3, 0x41, 1}));
            pair.client.raw.flush();
          });
      pair.settle();
      assertThat(pair.server.received.cause())
          .isInstanceOf(ConnectionClosedException.class)
          .hasMessageContaining("16646 bytes exceeds the 16645 allowed");
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void dropsWhatIsWrittenAfterTheEnd(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.established();
      pair.clientLoop.run(
          () -> {
            SecureLink link = pair.client.link();
            link.abort();
            ByteBuf late = Unpooled.copiedBuffer(new byte[10]);
            link.write(late);
            assertThat(late.refCnt()).isZero();
            ByteBuf body = Unpooled.copiedBuffer(new byte[10]);
            link.writeFrame(Unpooled.EMPTY_BUFFER, body, 10);
            assertThat(body.isReadable()).isFalse();
            link.flush();
            link.close();
          });
      pair.settle();
      assertThat(pair.server.received.size()).isZero();
      assertThat(pair.server.received.cause()).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void resumesWritersWhenTheLinkIsWritableAgain(TlsEngine engine) {
    try (var pair = TlsPair.of(engine, engine, LinkOptions.DEFAULT.withHighMarkBytes(50_000))) {
      pair.established();
      var resumed = new AtomicBoolean();
      pair.clientLoop.run(() -> pair.client.link().onWritable(() -> resumed.set(true)));
      pair.server.raw.stall(true);
      pair.client.send(TlsPair.pattern(60_000));
      pair.settle();
      assertThat(pair.client.isWritable()).isFalse();
      assertThat(resumed).isFalse();
      pair.server.raw.stall(false);
      pair.settle();
      assertThat(resumed).isTrue();
      assertThat(pair.client.isWritable()).isTrue();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void dropsWhatWaitsWhenItIsClosed(TlsEngine engine) {
    try (var pair = pair(engine)) {
      pair.handshake();
      pair.client.send("nobody reads this");
      pair.settle();
      pair.serverLoop.run(pair.server.link()::close);
      pair.settle();
      pair.server.receive();
      pair.settle();
      assertThat(pair.server.received.size()).isZero();
      assertThat(pair.server.received.ends()).isEqualTo(1);
    }
  }
}
