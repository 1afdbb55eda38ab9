package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.suite.TransportRig.Pair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a transport's connections carry, and how they end. */
abstract class TransportDataCases extends TransportListenCases {
  private static final long MIB = 1 << 20;

  @Test
  void carriesBytesFromTheDialer() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[1].expecting(PATTERN).requestAll();
    stream[0].send(PATTERN, MIB, true);
    rig.world.until("all arrived", () -> stream[1].received() == MIB && stream[1].ended());
  }

  @Test
  void carriesBytesFromTheListener() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.accepted(), rig.one);
    stream[1].expecting(PATTERN).requestAll();
    stream[0].send(PATTERN, MIB, true);
    rig.world.until("all arrived", () -> stream[1].received() == MIB && stream[1].ended());
  }

  @Test
  void carriesBytesBothWaysAtOnce() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[0].expecting(PATTERN).requestAll();
    stream[1].expecting(PATTERN).requestAll();
    stream[0].send(PATTERN, MIB, true);
    stream[1].send(PATTERN, MIB, true);
    rig.world.until(
        "all arrived", () -> stream[0].received() == MIB && stream[1].received() == MIB);
    rig.world.until("both ended", () -> stream[0].ended() && stream[1].ended());
  }

  @Test
  void carriesManyStreams() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    List<TransportStream> receiving = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      boolean there = i % 2 == 0;
      TransportStream[] stream =
          rig.stream(there ? pair.dialed() : pair.accepted(), there ? rig.two : rig.one);
      stream[1].expecting(PATTERN).requestAll();
      stream[0].send(PATTERN, 20_000, true);
      receiving.add(stream[1]);
    }
    rig.world.until(
        "all arrived", () -> receiving.stream().allMatch(stream -> stream.received() == 20_000));
  }

  @Test
  void connectionsDoNotMixWhatTheyCarry() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    List<TransportStream> receiving = new ArrayList<>();
    List<TransportStream> sending = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TransportStream[] stream = rig.stream(rig.connect(listener).dialed(), rig.two);
      sending.add(stream[0]);
      receiving.add(stream[1].expecting(PATTERN));
    }
    receiving.forEach(TransportStream::requestAll);
    sending.forEach(stream -> stream.send(PATTERN, 100_000, true));
    rig.world.until(
        "all arrived", () -> receiving.stream().allMatch(stream -> stream.received() == 100_000));
  }

  @Test
  void aReaderThatDoesNotAskStopsTheWriter() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[1].expecting(PATTERN);
    stream[0].send(PATTERN, 12 * MIB, true);
    rig.world.until("refused", stream[0]::wasRefused);
    rig.world.pass(SHORT);
    assertThat(stream[0].taken()).isLessThan(8 * MIB);
    assertThat(stream[1].received()).isZero();
    stream[1].requestAll();
    rig.world.until("all arrived", () -> stream[1].received() == 12 * MIB);
  }

  @Test
  void halfAStreamMayCloseWhileTheOtherGoesOn() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[0].expecting(PATTERN).requestAll();
    stream[1].expecting(PATTERN).requestAll();
    stream[0].send(PATTERN, 100, true);
    rig.world.until("the end arrived", stream[1]::ended);
    assertThat(stream[1].received()).isEqualTo(100);
    stream[1].send(PATTERN, 200_000, true);
    rig.world.until("the answer arrived", stream[0]::ended);
    assertThat(stream[0].received()).isEqualTo(200_000);
  }

  @Test
  void resetsCarryTheirCode() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[1].expecting(PATTERN).requestAll();
    stream[0].run(() -> stream[0].stream().reset(StreamErrorCode.PROTOCOL_VIOLATION));
    rig.world.until("reset", () -> stream[1].resetCode() != null);
    assertThat(stream[1].resetCode()).isEqualTo(StreamErrorCode.PROTOCOL_VIOLATION);
    assertThat(stream[1].resetByRemote()).isTrue();
    assertThat(pair.dialed().closed()).isNotDone();
  }

  @Test
  void closesCarryTheirCodeToTheListener() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    closesWithCode(rig, pair.dialed(), pair.accepted());
  }

  @Test
  void closesCarryTheirCodeToTheDialer() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    closesWithCode(rig, pair.accepted(), pair.dialed());
  }

  private static void closesWithCode(TransportRig rig, MuxedConnection from, MuxedConnection to) {
    rig.close(from, ConnectionErrorCode.GATED);
    assertThat(rig.closed(from).by()).isEqualTo(CloseReason.By.LOCAL);
    CloseReason reason = rig.closed(to);
    assertThat(reason.by()).isEqualTo(CloseReason.By.REMOTE);
    assertThat(reason.code()).isEqualTo(ConnectionErrorCode.GATED);
    rig.untilNothingIsLeft();
  }

  @Test
  void bothSidesMayCloseAtOnce() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    rig.close(pair.dialed(), ConnectionErrorCode.NO_ERROR);
    rig.close(pair.accepted(), ConnectionErrorCode.NO_ERROR);
    rig.closed(pair.dialed());
    rig.closed(pair.accepted());
    rig.untilNothingIsLeft();
  }

  @Test
  void closingEndsTheStreamsOfBothSides() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[1].expecting(PATTERN).requestAll();
    rig.close(pair.dialed(), ConnectionErrorCode.NO_ERROR);
    rig.world.until("both ended", stream[0].stream().closed()::isDone);
    rig.world.until("both ended", stream[1].stream().closed()::isDone);
  }

  @Test
  void oneConnectionMayEndWhileAnotherGoesOn() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    Pair first = rig.connect(listener);
    Pair second = rig.connect(listener);
    rig.close(first.dialed(), ConnectionErrorCode.NO_ERROR);
    rig.closed(first.accepted());
    TransportStream[] stream = rig.stream(second.dialed(), rig.two);
    stream[1].expecting(PATTERN).requestAll();
    stream[0].send(PATTERN, 1000, true);
    rig.world.until("all arrived", () -> stream[1].received() == 1000);
  }

  @Test
  void aRemoteThatDiesEndsTheConnection() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[0].expecting(PATTERN).requestAll();
    assumeTrue(rig.kill());
    stream[0].send(PATTERN, 1000, false);
    CloseReason reason = rig.closed(pair.dialed());
    assertThat(reason.by()).isNotEqualTo(CloseReason.By.LOCAL);
    rig.world.until("the stream has ended", stream[0].stream().closed()::isDone);
    rig.untilNothingIsLeft();
  }

  @Test
  void aRemoteThatDiesWhileADialUpgradesFailsIt() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT);
    rig.world.until("accepted", () -> rig.two.limits.openConnections() == 1 || dial.isDone());
    assumeTrue(rig.kill());
    rig.world.until("the dial has ended", dial::isDone);
    if (!dial.isCompletedExceptionally()) {
      rig.close(dial.join(), ConnectionErrorCode.NO_ERROR);
    }
    rig.untilNothingIsLeft();
  }

  @Test
  void closingWhileTheRemoteUpgradesLeavesNothing() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT);
    rig.world.until("dialed", dial::isDone);
    rig.close(dial.join(), ConnectionErrorCode.NO_ERROR);
    rig.world.pass(Duration.ofMillis(20));
    rig.untilNothingIsLeft();
  }
}
