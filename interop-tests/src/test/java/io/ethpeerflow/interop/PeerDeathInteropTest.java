package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.interop.Lab.Cast;
import io.ethpeerflow.interop.ours.Client;
import io.ethpeerflow.interop.ours.HostSetup;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.PeerOptions;
import io.ethpeerflow.interop.peer.PeerProgram;
import io.ethpeerflow.interop.peer.PeerProgram.Pending;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One side dies in the middle of a transfer. */
class PeerDeathInteropTest {
  private static final long ENDLESS_BYTES = 1L << 40;

  /** Over QUIC only silence tells that a peer was killed: for its idle time-out, 30 s. */
  private static final Duration DEATH_LIMIT = Duration.ofSeconds(90);

  private static final Cast FRESH =
      (lab, implementation, direction, stack) ->
          new Meeting(
              implementation,
              direction,
              stack,
              lab.freshHost(HostSetup.of(stack)),
              lab.freshPeer(implementation, PeerOptions.DEFAULT));

  @RegisterExtension static final Lab LAB = new Lab();

  @TestFactory
  Stream<DynamicTest> aPeerThatIsKilledEndsTheConnectionAndFreesEverything() {
    return LAB.tests(
        "peer killed in a transfer",
        Stack.ONE_PER_TRANSPORT,
        FRESH,
        meeting -> {
          Connection connection = meeting.dial();
          CompletableFuture<?> transfer =
              Client.inBackground(() -> meeting.client(connection).echo(ENDLESS_BYTES));
          Await.until("a transfer", OurHost.LIMIT, () -> !connection.streams().isEmpty());
          awaitTraffic(meeting);
          meeting.peer().kill();
          checkReleased(meeting, connection);
          assertThat(Await.failure(OurHost.LIMIT, transfer)).isNotNull();
        },
        meeting -> {
          meeting.theirs("connect");
          Connection connection = meeting.dialedByThem();
          meeting.theirsLater("echo", "bytes", 1L << 30);
          awaitTraffic(meeting);
          meeting.peer().kill();
          checkReleased(meeting, connection);
        });
  }

  /** Waits until an echo is in the middle of something: it holds memory here, or is served here. */
  private static void awaitTraffic(Meeting meeting) {
    Await.until(
        "a transfer under way",
        OurHost.LIMIT,
        () ->
            meeting.ours().usage().system().memoryBytes() > 256 << 10
                || !meeting.ours().echoed(meeting.peerId()).isEmpty());
  }

  private static void checkReleased(Meeting meeting, Connection connection) {
    CloseReason reason = Await.done(DEATH_LIMIT, connection.closed());
    assertThat(reason.by()).isNotEqualTo(CloseReason.By.LOCAL);
    Await.untilAsserted(
        OurHost.LIMIT,
        () -> {
          assertThat(meeting.ours().closed(meeting.peerId())).hasSize(1);
          assertThat(meeting.ours().isDisconnected(meeting.peerId())).isTrue();
          assertThat(meeting.host().connections()).isEmpty();
          assertThat(connection.streams()).isEmpty();
          assertThat(meeting.ours().usage().isIdle()).isTrue();
        });
  }

  @TestFactory
  Stream<DynamicTest> aHostOfOursThatIsGoneEndsTheirTransferAndLeavesThemUsable() {
    return LAB.tests(
        "our host gone in a transfer",
        Stack.ONE_PER_TRANSPORT,
        FRESH,
        meeting -> {
          Connection connection = meeting.dial();
          CompletableFuture<?> transfer =
              Client.inBackground(() -> meeting.client(connection).echo(ENDLESS_BYTES));
          awaitTraffic(meeting);
          meeting.ours().close();
          assertThat(Await.failure(OurHost.LIMIT, transfer)).isNotNull();
          checkUsable(meeting);
        },
        meeting -> {
          Pending transfer = meeting.theirsLater("echo", "bytes", 1L << 30);
          awaitTraffic(meeting);
          meeting.ours().close();
          meeting.peer().failure(transfer, PeerProgram.COMMAND_LIMIT);
          checkUsable(meeting);
        });
  }

  private static void checkUsable(Meeting meeting) {
    try (OurHost second = LAB.freshHost(HostSetup.of(meeting.stack()))) {
      Connection connection = Await.done(OurHost.LIMIT, second.host().connect(meeting.peerInfo()));
      assertThat(meeting.client(connection).echo(1000).bytes()).isEqualTo(1000);
      Await.until(
          "end of the echo stream",
          OurHost.LIMIT,
          () ->
              connection.streams().stream()
                  .noneMatch(stream -> stream.protocol().equals(Echo.PROTOCOL)));
    }
  }
}
