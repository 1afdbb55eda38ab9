package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of a connection between two transports, end by end. */
class QuicStreamTest {
  private static final StreamErrorCode CODE = new StreamErrorCode(0x1003);

  private final QuicPair pair = new QuicPair(QuicConfig.DEFAULT.withMaxInboundStreams(8));
  private final StreamLog near = new StreamLog();
  private final StreamLog far = new StreamLog();
  private MuxedConnection connection;
  private RawStream opened;
  private RawStream accepted;

  @BeforeEach
  void connects() {
    connection = pair.dialer.dial(pair.listener.listen().address());
    opened = QuicPair.open(connection);
    run(opened, () -> opened.offer(Unpooled.buffer(1).writeByte(7)));
    until("the remote has the stream", () -> pair.listener.streams.size() == 1);
    accepted = pair.listener.streams.get(0);
    run(opened, () -> opened.reader(near));
    run(accepted, () -> accepted.reader(far));
  }

  @AfterEach
  void leavesNothing() {
    run(opened, () -> connection.close(ConnectionErrorCode.NO_ERROR));
    until("charged for nothing", () -> pair.dialer.limits.usage().isIdle());
    until("charged for nothing", () -> pair.listener.limits.usage().isIdle());
    pair.close();
  }

  private static void run(RawStream stream, Runnable action) {
    QuicPair.run(stream.connection(), action);
  }

  private static void until(String what, BooleanSupplier condition) {
    Await.until(what, QuicPair.LIMIT, condition);
  }

  @Test
  @Spec({"quic/half-close", "connections/half-close"})
  void aDirectionThatIsClosedLeavesTheOtherOpen() {
    run(accepted, () -> accepted.request(100));
    run(opened, opened::closeWrite);
    until("the end arrived", () -> far.events.contains("end"));
    assertThat(far.bytes).hasValue(1);
    assertThat(accepted.closed()).isNotDone();
    run(accepted, () -> accepted.offer(Unpooled.buffer(5).writeZero(5)));
    run(opened, () -> opened.request(5));
    until("the answer arrived", () -> near.bytes.get() == 5);
    run(accepted, accepted::closeWrite);
    assertThat(Await.done(QuicPair.LIMIT, opened.closed())).isEqualTo(new StreamEnd.Finished());
    assertThat(Await.done(QuicPair.LIMIT, accepted.closed())).isEqualTo(new StreamEnd.Finished());
  }

  @Test
  @Spec("quic/reset")
  void aResetEndsBothDirectionsOfTheRemoteToo() {
    run(opened, () -> opened.reset(CODE));
    assertThat(Await.done(QuicPair.LIMIT, accepted.closed()))
        .isEqualTo(new StreamEnd.Reset(CODE, true));
    assertThat(far.events).containsExactly("reset 4099 by remote");
    assertThat(near.events).containsExactly("reset 4099");
  }

  @Test
  void aResetIsSeenByAReaderThatAsksForNothing() {
    run(opened, () -> opened.offer(Unpooled.buffer(9000).writeZero(9000)));
    run(opened, () -> opened.reset(CODE));
    until("reset", () -> far.events.contains("reset 4099 by remote"));
    assertThat(far.bytes).hasValue(0);
  }

  @Test
  void resetWriteLeavesTheOtherDirectionOpen() {
    run(opened, () -> opened.resetWrite(CODE));
    until("reset", () -> far.events.contains("reset 4099 by remote"));
    run(accepted, () -> accepted.offer(Unpooled.buffer(5).writeZero(5)));
    run(opened, () -> opened.request(5));
    until("the answer arrived", () -> near.bytes.get() == 5);
    assertThat(accepted.closed()).isNotDone();
  }

  @Test
  void aWriterThatIsIdleHearsThatTheRemoteStoppedReading() {
    var resumed = new CompletableFuture<Void>();
    run(accepted, () -> accepted.stopReading(CODE));
    until("stopped", () -> !QuicPair.ask(connection, opened::writeOpen));
    run(opened, () -> opened.onWritable(() -> resumed.complete(null)));
    Await.done(QuicPair.LIMIT, resumed);
    run(accepted, accepted::closeWrite);
    assertThat(Await.done(QuicPair.LIMIT, opened.closed()))
        .isEqualTo(new StreamEnd.Reset(StreamErrorCode.NO_ERROR, true));
  }

  @Test
  void codesThatDoNotFitAreSentAsOutOfRange() {
    run(opened, () -> opened.reset(new StreamErrorCode(0xffff_ffffL)));
    assertThat(Await.done(QuicPair.LIMIT, accepted.closed()))
        .isEqualTo(new StreamEnd.Reset(StreamErrorCode.CODE_OUT_OF_RANGE, true));
  }

  @Test
  @Spec("quic/close")
  void aCloseCarriesItsCode() {
    run(opened, () -> connection.close(ConnectionErrorCode.GARBAGE_COLLECTED));
    MuxedConnection remote = accepted.connection();
    assertThat(Await.done(QuicPair.LIMIT, remote.closed()).code())
        .isEqualTo(ConnectionErrorCode.GARBAGE_COLLECTED);
  }

  @Test
  @Spec("quic/one-stream")
  void opensWaitForTheRemotesStreamCredit() {
    for (int i = 1; i < 8; i++) {
      RawStream next = QuicPair.open(connection);
      run(next, () -> next.offer(Unpooled.buffer(1).writeByte(7)));
    }
    CompletableFuture<RawStream> ninth = QuicPair.ask(connection, connection::open);
    assertThat(ninth).isNotDone();
    run(opened, () -> opened.reset(CODE));
    assertThat(Await.done(QuicPair.LIMIT, ninth).id()).isEqualTo(32);
  }

  @Test
  void manyThousandStreamsThatAreResetLeaveNothing() {
    run(opened, () -> opened.reset(CODE));
    for (int i = 0; i < 5_000; i++) {
      RawStream one = QuicPair.open(connection);
      run(one, () -> one.offer(Unpooled.buffer(1).writeByte(7)));
      run(one, () -> one.reset(CODE));
    }
    until("none is open", () -> QuicPair.ask(connection, connection::openStreams) == 0);
    assertThat(QuicheStreams.forgets()).isTrue();
    assertThat(keptByNetty(((QuicConnection) connection).channel())).isLessThan(64);
    MuxedConnection remote = accepted.connection();
    until("the remote keeps none", () -> keptByNetty(((QuicConnection) remote).channel()) < 64);
  }

  private static int keptByNetty(Object channel) {
    try {
      var streams = channel.getClass().getDeclaredField("streams");
      streams.setAccessible(true);
      return ((Map<?, ?>) streams.get(channel)).size();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Netty's channel has changed", e);
    }
  }
}
