package io.ethpeerflow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class PubsubCommandsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ANY = "/ip4/127.0.0.1/tcp/0";

  private final CapturedTerminal sub = new CapturedTerminal();

  /** Where it listens, with its id. */
  private String addressOfSub() {
    return Await.value(
        "an address",
        LIMIT,
        () ->
            sub.err()
                .lines()
                .filter(line -> line.startsWith("listening on "))
                .map(line -> line.substring("listening on ".length()))
                .findFirst()
                .orElse(null));
  }

  private static JsonNode published(String... arguments) {
    var pub = new CapturedTerminal();
    assertThat(pub.run(arguments)).as(() -> pub.out() + pub.err()).isZero();
    return pub.json();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"})
  void whatOnePublishesTheOtherPrints(String listen) {
    CompletableFuture<Integer> ended =
        sub.start("sub", "news", "--listen", listen, "--count", "1", "--json");
    JsonNode outcome = published("pub", "news", "--peer", addressOfSub(), "hello", "--json");
    assertThat(Await.done(LIMIT, ended)).isZero();
    JsonNode message = sub.json();
    assertThat(outcome.get("peers").asInt()).isEqualTo(1);
    assertThat(outcome.get("duplicate").asBoolean()).isFalse();
    assertThat(message.get("id").asString()).isEqualTo(outcome.get("id").asString());
    assertThat(message.get("topic").asString()).isEqualTo("news");
    assertThat(message.get("from").asString()).isEqualTo(message.get("via").asString());
    assertThat(Base64.getDecoder().decode(message.get("data").asString()))
        .asString()
        .isEqualTo("hello");
  }

  @Test
  void eachLineOfTheInputIsAMessageAndIsPrintedOnOneLine() {
    CompletableFuture<Integer> ended =
        sub.start("sub", "t", "--listen", ANY, "--count", "3", "--unsigned");
    var pub = new CapturedTerminal("one\ntwo\u001b[31m\u2028three\nfour\n");
    assertThat(pub.run("pub", "t", "--peer", addressOfSub(), "--unsigned"))
        .as(() -> pub.out() + pub.err())
        .isZero();
    assertThat(Await.done(LIMIT, ended)).isZero();
    assertThat(sub.out().lines()).containsExactly("one", "two\\u001b[31m\\u2028three", "four");
    assertThat(pub.out().lines()).hasSize(3).allMatch(line -> line.endsWith(" peers=1"));
  }

  @Test
  void pubFailsWhenNobodyIsSubscribed() {
    CompletableFuture<Integer> ended = sub.start("sub", "t", "--listen", ANY);
    var pub = new CapturedTerminal();
    assertThat(pub.run("pub", "other", "--peer", addressOfSub(), "x", "--timeout", "0.5"))
        .isEqualTo(CommandStatus.FAILED);
    assertThat(pub.err()).contains("nobody is subscribed to other");
    sub.stop();
    assertThat(Await.done(LIMIT, ended)).isZero();
  }

  @Test
  void withoutAnybodyToTalkToNothingIsDone() {
    assertThat(sub.run("sub", "t")).isEqualTo(CommandStatus.USAGE);
    assertThat(sub.err()).contains("neither --peer nor --listen");
  }
}
