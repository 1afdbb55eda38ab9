package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.PerfClient;
import io.ethpeerflow.interop.ours.Client;
import io.ethpeerflow.interop.ours.Client.Echoed;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.testkit.await.Await;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Streams that end in order: how much, how many, and each half by itself. */
class StreamInteropTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final int STREAMS = 200;

  @RegisterExtension static final Lab LAB = new Lab();

  @TestFactory
  Stream<DynamicTest> echoesOfAnySizeComeBackUnchanged() {
    return Stream.of(0, 1, 100_000)
        .flatMap(
            bytes ->
                LAB.tests(
                    "echo " + bytes,
                    Stack.ALL,
                    meeting -> checkEcho(meeting.client().echo(bytes), bytes),
                    meeting -> checkEcho(meeting.theirs("echo", "bytes", bytes), bytes)));
  }

  @TestFactory
  Stream<DynamicTest> largeEchoesComeBackUnchanged() {
    return largeEcho(64 * MEBIBYTE, Stack.ONE_PER_TRANSPORT);
  }

  @TestFactory
  Stream<DynamicTest> largeEchoesComeBackUnchangedOverTls() {
    return largeEcho(16 * MEBIBYTE, EnumSet.of(Stack.TCP_TLS));
  }

  private static Stream<DynamicTest> largeEcho(int bytes, Set<Stack> stacks) {
    return LAB.tests(
        "echo " + bytes / MEBIBYTE + " MiB",
        stacks,
        meeting -> checkEcho(meeting.client().echo(bytes), bytes),
        meeting -> checkEcho(meeting.theirs(Client.TRANSFER_LIMIT, "echo", "bytes", bytes), bytes));
  }

  private static void checkEcho(Echoed echoed, long bytes) {
    assertThat(echoed.bytes()).isEqualTo(bytes);
    assertThat(echoed.received()).isEqualTo(echoed.sent());
  }

  private static void checkEcho(JsonNode answer, long bytes) {
    assertThat(answer.get("bytes").asLong()).isEqualTo(bytes);
    assertThat(answer.get("sha256Received").asString())
        .isEqualTo(answer.get("sha256Sent").asString());
  }

  @TestFactory
  Stream<DynamicTest> manyStreamsAtOnceKeepTheirDataApart() {
    return LAB.tests(
        STREAMS + " streams at once",
        Stack.ALL,
        meeting -> meeting.client().streams(STREAMS),
        meeting -> {
          JsonNode answer = meeting.theirs("streams", "count", 2 * STREAMS, "concurrency", STREAMS);
          assertThat(answer.get("count").asInt()).isEqualTo(2 * STREAMS);
        });
  }

  @TestFactory
  Stream<DynamicTest> manyStreamsStayOpenWithoutTraffic() {
    return LAB.tests(
        STREAMS + " streams held",
        Stack.ONE_PER_TRANSPORT,
        meeting -> {
          Client client = meeting.client();
          var held =
              IntStream.range(0, STREAMS).mapToObj(each -> client.hold(Echo.PROTOCOL)).toList();
          assertThat(held).noneMatch(stream -> stream.closed().isDone());
          held.forEach(stream -> stream.reset(StreamErrorCode.NO_ERROR));
        },
        meeting -> {
          JsonNode answer =
              meeting.theirs("open", "protocol", Echo.PROTOCOL.name(), "streams", STREAMS);
          assertThat(answer.get("opened").asInt()).isEqualTo(STREAMS);
          Connection connection = meeting.dialedByThem();
          Await.until(
              "streams that they hold",
              OurHost.LIMIT,
              () -> connection.streams().size() >= STREAMS);
          meeting.peer().ask(OurHost.LIMIT, "disconnect", "peer", meeting.ours().id().toString());
          Await.until("end of the connection", OurHost.LIMIT, () -> connection.closed().isDone());
        });
  }

  @TestFactory
  Stream<DynamicTest> anAnswerComesAfterTheHalfClose() {
    return Stream.of(0, 5 * MEBIBYTE)
        .flatMap(
            bytes ->
                LAB.tests(
                    "half close after " + bytes,
                    Stack.ALL,
                    meeting -> assertThat(meeting.client().halfClose(bytes)).isEqualTo("" + bytes),
                    meeting ->
                        assertThat(
                                meeting
                                    .theirs("halfclose", "bytes", bytes)
                                    .get("answer")
                                    .asString())
                            .isEqualTo("" + bytes)));
  }

  @TestFactory
  Stream<DynamicTest> perfMovesWhatWasAskedFor() {
    long bytes = 16 * MEBIBYTE;
    return LAB.tests(
        "perf 16 MiB up and down",
        Stack.ALL,
        meeting -> {
          var result =
              Await.done(
                  Client.TRANSFER_LIMIT,
                  new PerfClient(System::nanoTime).transfer(meeting.dial(), bytes, bytes));
          assertThat(result.uploadBytes()).isEqualTo(bytes);
          assertThat(result.downloadBytes()).isEqualTo(bytes);
        },
        meeting -> {
          JsonNode answer =
              meeting.theirs(
                  Client.TRANSFER_LIMIT, "perf", "upload", bytes, "download", bytes, "streams", 1);
          assertThat(answer.get("uploadBytes").asLong()).isEqualTo(bytes);
          assertThat(answer.get("downloadBytes").asLong()).isEqualTo(bytes);
        });
  }
}
