package io.ethpeerflow.gossipsub.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.gossipsub.GossipSub;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.ValidationConfig;
import io.ethpeerflow.gossipsub.router.Publication;
import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.router.Verdict;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.sign.SigningPolicy;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GossipSubTest {
  private final List<Party> parties = new ArrayList<>();

  @AfterEach
  void closes() {
    parties.forEach(Party::close);
  }

  private Party party(GossipSubConfig config) {
    var party = new Party(config);
    parties.add(party);
    return party;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<String> texts(Party party) {
    return party.received.stream().map(m -> new String(m.data(), UTF_8)).toList();
  }

  @ParameterizedTest
  @EnumSource(PubsubVersion.class)
  void aMessageReachesASubscriberAndOurselvesInEveryVersion(PubsubVersion version) {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST.withVersions(List.of(version)));
    b.subscribe("news");
    Topic news = a.subscribe("news");
    a.connect(b);
    a.seesSubscribers("news", 1);
    Publication outcome = Await.done(Party.LIMIT, news.publish(bytes("hi")));
    assertThat(outcome.peers()).isEqualTo(1);
    b.receives(1);
    a.receives(1);
    ReceivedMessage message = b.received.get(0);
    assertThat(texts(b)).containsExactly("hi");
    assertThat(message.from()).isEqualTo(a.host.id());
    assertThat(message.via()).isEqualTo(a.host.id());
    assertThat(message.id()).isEqualTo(outcome.id());
    assertThat(message.topic()).isEqualTo("news");
  }

  @Test
  void messagesCrossPeersThatAreNotConnectedToTheirAuthor() {
    List<Party> line = IntStream.range(0, 5).mapToObj(i -> party(Party.FAST)).toList();
    line.forEach(party -> party.subscribe("line"));
    for (int i = 1; i < line.size(); i++) {
      line.get(i).connect(line.get(i - 1));
    }
    for (int i = 0; i < line.size(); i++) {
      line.get(i).seesSubscribers("line", i == 0 || i == line.size() - 1 ? 1 : 2);
    }
    Await.until(
        "everybody is in a mesh",
        Party.LIMIT,
        () ->
            line.stream()
                .noneMatch(
                    party -> Await.done(Party.LIMIT, party.pubsub.join("line").mesh()).isEmpty()));
    Topic first = line.get(0).pubsub.join("line");
    for (int i = 0; i < 20; i++) {
      Await.done(Party.LIMIT, first.publish(bytes("m" + i)));
    }
    line.forEach(party -> party.receives(20));
    assertThat(texts(line.get(4))).hasSize(20).doesNotHaveDuplicates();
    assertThat(line.get(4).received)
        .allSatisfy(
            message -> {
              assertThat(message.from()).isEqualTo(line.get(0).host.id());
              assertThat(message.via()).isEqualTo(line.get(3).host.id());
            });
  }

  @Test
  void whoPublishesNeedNotBeSubscribed() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    b.subscribe("t");
    b.connect(a);
    a.seesSubscribers("t", 1);
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("x")));
    b.receives(1);
    assertThat(a.received).isEmpty();
  }

  @Test
  void aMessageOfTheGreatestLengthArrives() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    b.subscribe("t");
    a.connect(b);
    a.seesSubscribers("t", 1);
    byte[] data = new byte[(1 << 20) - 1024];
    Arrays.fill(data, (byte) 7);
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(data));
    b.receives(1);
    assertThat(b.received.get(0).data()).isEqualTo(data);
  }

  @Test
  void aMessageThatIsTooLongIsRefusedWithBothLimits() {
    Party a = party(Party.FAST);
    assertThatThrownBy(() -> a.pubsub.join("t").publish(new byte[(1 << 20) + 1]).join())
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1048577")
        .hasMessageContaining("1048570")
        .hasMessageContaining("1048576");
  }

  @Test
  void aBatchIsPublishedInOrder() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    b.subscribe("t");
    a.connect(b);
    a.seesSubscribers("t", 1);
    List<byte[]> batch = IntStream.range(0, 1000).mapToObj(i -> bytes("m" + i)).toList();
    List<Publication> outcomes = Await.done(Party.LIMIT, a.pubsub.join("t").publishAll(batch));
    b.receives(1000);
    assertThat(outcomes).hasSize(1000).allMatch(outcome -> outcome.peers() == 1);
    assertThat(texts(b))
        .containsExactlyElementsOf(batch.stream().map(m -> new String(m, UTF_8)).toList());
  }

  @Test
  void theEndOfASubscriptionEndsDelivery() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    Topic topic = b.pubsub.join("t");
    Registration first = topic.subscribe(b.received::add);
    Registration second = topic.subscribe(b.received::add);
    a.connect(b);
    a.seesSubscribers("t", 1);
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("x")));
    b.receives(2);
    first.close();
    first.close();
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("y")));
    b.receives(3);
    second.close();
    a.seesSubscribers("t", 0);
    assertThat(texts(b)).containsExactly("x", "x", "y");
  }

  @Test
  void unsignedMessagesAreKnownByWhatTheySay() {
    GossipSubConfig unsigned =
        Party.FAST.withSigning(
            SigningPolicy.STRICT_NO_SIGN, message -> MessageId.of(message.data()));
    Party a = party(unsigned);
    Party b = party(unsigned);
    b.subscribe("t");
    a.connect(b);
    a.seesSubscribers("t", 1);
    Topic topic = a.pubsub.join("t");
    assertThat(Await.done(Party.LIMIT, topic.publish(bytes("x"))).duplicate()).isFalse();
    assertThat(Await.done(Party.LIMIT, topic.publish(bytes("x"))).duplicate()).isTrue();
    Await.done(Party.LIMIT, topic.publish(bytes("y")));
    b.receives(2);
    assertThat(texts(b)).containsExactly("x", "y");
    assertThat(b.received.get(0).from()).isNull();
  }

  @Test
  void signedMessagesAreNotTakenByWhoWantsThemUnsigned() {
    Party a = party(Party.FAST);
    Party b =
        party(
            Party.FAST.withSigning(
                SigningPolicy.STRICT_NO_SIGN, message -> MessageId.of(message.data())));
    Party c = party(Party.FAST);
    b.subscribe("t");
    c.subscribe("t");
    a.connect(b);
    a.connect(c);
    a.seesSubscribers("t", 2);
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("x")));
    c.receives(1);
    Await.done(Party.LIMIT, b.pubsub.peers());
    assertThat(b.received).isEmpty();
  }

  @Test
  void validatorsDecideWhatIsDeliveredAndForwarded() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    Party c = party(Party.FAST);
    Topic judged = b.subscribe("t");
    c.subscribe("t");
    judged.validator(
        message ->
            CompletableFuture.supplyAsync(
                () ->
                    switch (new String(message.data(), UTF_8)) {
                      case "good" -> Verdict.ACCEPT;
                      case "bad" -> Verdict.REJECT;
                      case "broken" -> throw new IllegalStateException("a validator that fails");
                      default -> Verdict.IGNORE;
                    }));
    a.connect(b);
    b.connect(c);
    a.seesSubscribers("t", 1);
    Await.until(
        "b and c are meshed",
        Party.LIMIT,
        () -> Await.done(Party.LIMIT, judged.mesh()).contains(c.host.id()));
    for (String text : List.of("bad", "odd", "broken", "good")) {
      Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes(text)));
    }
    c.receives(1);
    assertThat(texts(b)).containsExactly("good");
    assertThat(texts(c)).containsExactly("good");
  }

  @Test
  void aValidatorThatDoesNotAnswerInTimeDecidesNothing() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST.withValidation(new ValidationConfig(Duration.ofMillis(50), 1, 1)));
    Topic topic = b.subscribe("t");
    var asked = new CompletableFuture<ReceivedMessage>();
    topic.validator(
        message -> {
          boolean first = asked.complete(message);
          return first
              ? new CompletableFuture<>()
              : CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
    a.connect(b);
    a.seesSubscribers("t", 1);
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("late")));
    Await.done(Party.LIMIT, asked);
    Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("next")));
    b.receives(1);
    assertThat(texts(b)).containsExactly("next");
  }

  @Test
  void aSecondAttachIsRefusedAndTheFirstGoesOn() {
    Party a = party(Party.FAST);
    assertThatThrownBy(() -> GossipSub.attach(a.host)).isInstanceOf(IllegalStateException.class);
    Party b = party(Party.FAST);
    b.subscribe("t");
    a.connect(b);
    a.seesSubscribers("t", 1);
  }

  @Test
  void aPeerThatComesBackIsServedAgain() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    b.subscribe("t");
    for (int i = 0; i < 5; i++) {
      a.connect(b);
      a.seesSubscribers("t", 1);
      Await.done(Party.LIMIT, a.pubsub.join("t").publish(bytes("m" + i)));
      b.receives(i + 1);
      a.host.connections(b.host.id()).forEach(c -> c.close(ConnectionErrorCode.NO_ERROR));
      a.seesSubscribers("t", 0);
    }
    assertThat(texts(b)).containsExactly("m0", "m1", "m2", "m3", "m4");
  }

  @Test
  void whatWasPublishedBeforeTheCloseArrives() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    b.subscribe("t");
    a.connect(b);
    a.seesSubscribers("t", 1);
    List<byte[]> batch = IntStream.range(0, 2000).mapToObj(i -> new byte[1500]).toList();
    Await.done(Party.LIMIT, a.pubsub.join("t").publishAll(batch));
    a.pubsub.close();
    b.receives(2000);
  }

  @Test
  void aSubscriberMayPublishAndLeave() {
    Party a = party(Party.FAST);
    Party b = party(Party.FAST);
    Topic answering = b.pubsub.join("t");
    var subscription = new CompletableFuture<Registration>();
    subscription.complete(
        answering.subscribe(
            message -> {
              if (message.via().equals(a.host.id())) {
                answering.publish(bytes("answer"));
                subscription.join().close();
              }
            }));
    Topic asking = a.subscribe("t");
    a.connect(b);
    a.seesSubscribers("t", 1);
    b.seesSubscribers("t", 1);
    Await.done(Party.LIMIT, asking.publish(bytes("question")));
    a.receives(2);
    assertThat(texts(a)).containsExactly("question", "answer");
    a.seesSubscribers("t", 0);
  }
}
