package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.interop.ours.Client;
import io.ethpeerflow.interop.ours.InteropProtocols;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.testkit.await.Await;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Streams that end early, and streams that are not read. */
class ResetInteropTest {
  private static final int MEBIBYTE = 1 << 20;

  /** What a writer may hand over to a reader that reads nothing: windows and queues, both sides. */
  private static final long SLOW_BOUND_BYTES = 2 * MEBIBYTE;

  /** py-libp2p widens its window while nobody reads: 4 MiB and 8 MiB were seen, 16 is its end. */
  private static final long PY_SLOW_BOUND_BYTES = 18 * MEBIBYTE;

  /** rust-libp2p gives a QUIC stream 10 MB from the start. */
  private static final long RUST_QUIC_SLOW_BOUND_BYTES = 12 * MEBIBYTE;

  @RegisterExtension static final Lab LAB = new Lab();

  private static long slowBound(Meeting meeting) {
    return switch (meeting.implementation()) {
      case PY -> PY_SLOW_BOUND_BYTES;
      case RUST -> meeting.stack() == Stack.QUIC_V1 ? RUST_QUIC_SLOW_BOUND_BYTES : SLOW_BOUND_BYTES;
      case GO, JS -> SLOW_BOUND_BYTES;
    };
  }

  @TestFactory
  Stream<DynamicTest> aResetArrivesAsAReset() {
    return LAB.tests(
        "reset",
        Stack.ALL,
        meeting -> assertThat(meeting.client().awaitReset().byRemote()).isTrue(),
        meeting -> {
          JsonNode answer = meeting.theirs("reset");
          assertThat(answer.get("reset").asBoolean()).isTrue();
          if (answer.hasNonNull("code")) {
            assertThat(answer.get("code").asLong()).isEqualTo(InteropProtocols.RESET_CODE.value());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> aResetOfTheDialerReachesTheListener() {
    return LAB.tests(
        "reset of the dialer",
        Stack.ALL,
        meeting -> {
          Client client = meeting.client();
          client.sendReset(new StreamErrorCode(0x4321));
          assertThat(client.echo(1000).bytes()).isEqualTo(1000);
        },
        meeting -> {
          int before = meeting.ours().echoed(meeting.peerId()).size();
          meeting.theirs("sendreset");
          io.ethpeerflow.core.Stream stream =
              Await.value(
                  "stream that they reset",
                  OurHost.LIMIT,
                  () -> {
                    List<io.ethpeerflow.core.Stream> echoed =
                        meeting.ours().echoed(meeting.peerId());
                    return echoed.size() > before ? echoed.get(before) : null;
                  });
          assertThat(Await.done(OurHost.LIMIT, stream.closed()))
              .isInstanceOfSatisfying(
                  StreamEnd.Reset.class, end -> assertThat(end.byRemote()).isTrue());
        });
  }

  @TestFactory
  Stream<DynamicTest> aWriterStopsWhereTheReaderDoesNotRead() {
    return LAB.tests(
        "slow reader",
        Stack.ONE_PER_TRANSPORT,
        meeting ->
            assertThat(meeting.client().writeToSlowReader(64 * MEBIBYTE))
                .isBetween(1024L, slowBound(meeting)),
        meeting ->
            assertThat(meeting.theirs("slow", "bytes", 64 * MEBIBYTE).get("written").asLong())
                .isBetween(1024L, SLOW_BOUND_BYTES));
  }

  @TestFactory
  Stream<DynamicTest> otherStreamsGoOnWhileOneIsNotRead() {
    return LAB.tests(
        "echo beside a stream that is not read",
        Stack.ONE_PER_TRANSPORT,
        meeting -> {
          Client client = meeting.client();
          var writing = Client.inBackground(() -> client.writeToSlowReader(64 * MEBIBYTE));
          assertThat(client.echo(4 * MEBIBYTE).bytes()).isEqualTo(4 * MEBIBYTE);
          Await.done(Client.TRANSFER_LIMIT, writing);
        },
        meeting -> {
          var writing = meeting.theirsLater("slow", "bytes", 64 * MEBIBYTE);
          var client =
              Client.inBackground(() -> meeting.client(meeting.dialedByThem()).echo(4 * MEBIBYTE));
          assertThat(Await.done(Client.TRANSFER_LIMIT, client).bytes()).isEqualTo(4 * MEBIBYTE);
          meeting.peer().success(writing, Client.TRANSFER_LIMIT);
        });
  }
}
