package io.ethpeerflow.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.router.BackoffParams;
import io.ethpeerflow.gossipsub.router.RouterConfig;
import io.ethpeerflow.gossipsub.router.RouterTiming;
import io.ethpeerflow.gossipsub.router.Verdict;
import io.ethpeerflow.gossipsub.rpc.RpcLimits;
import io.ethpeerflow.gossipsub.sign.MessageIdFunction;
import io.ethpeerflow.gossipsub.sign.SigningPolicy;
import io.ethpeerflow.interop.ours.HostSetup;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.OurPubsub;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.interop.peer.Installation;
import io.ethpeerflow.interop.peer.PeerOptions;
import io.ethpeerflow.interop.peer.PeerProgram;
import io.ethpeerflow.interop.peer.PubsubOptions;
import io.ethpeerflow.testkit.await.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Pubsub with the implementations that have it: go's cannot be had as a module here. */
class GossipsubInteropTest {
  private static final Set<Implementation> PUBSUB =
      EnumSet.of(Implementation.RUST, Implementation.JS, Implementation.PY);
  private static final Duration HEARTBEAT = Duration.ofMillis(300);
  private static final int SECONDS = 30;
  private static final int MANY = 20;
  private static final int LONG_BYTES = 1_000_000;
  private static final int MAX_RPC_BYTES = 4 << 20;

  private static final GossipSubConfig SIGNED =
      GossipSubConfig.DEFAULT
          .withRouter(
              RouterConfig.DEFAULT
                  .withTiming(RouterTiming.DEFAULT.withHeartbeat(HEARTBEAT, Duration.ofMillis(50)))
                  .withBackoff(
                      BackoffParams.DEFAULT
                          .withFloodThreshold(Duration.ofSeconds(1))
                          .withBackoffs(Duration.ofSeconds(2), Duration.ofSeconds(1))))
          .withLimits(RpcLimits.DEFAULT.withMaxRpcBytes(MAX_RPC_BYTES))
          .withQueue(GossipSubConfig.DEFAULT.queue().withMaxRpcBytes(MAX_RPC_BYTES));
  private static final GossipSubConfig UNSIGNED =
      SIGNED.withSigning(SigningPolicy.STRICT_NO_SIGN, MessageIdFunction.SHA256_OF_DATA);
  private static final PubsubOptions THEIRS = PubsubOptions.GOSSIPSUB.heartbeat(HEARTBEAT);

  @RegisterExtension static final Lab LAB = new Lab();

  private static final AtomicInteger TOPICS = new AtomicInteger();

  /** A host of ours and a peer, connected, both subscribed to a topic and aware of it. */
  private static final class Pair implements AutoCloseable {
    final String topic;
    final Meeting meeting;
    final OurHost host;
    final OurPubsub ours;

    Pair(
        Implementation implementation,
        Direction direction,
        Stack stack,
        GossipSubConfig config,
        PubsubOptions options) {
      topic = "interop-" + TOPICS.incrementAndGet();
      host = LAB.freshHost(HostSetup.of(stack));
      PeerProgram peer = LAB.freshPeer(implementation, PeerOptions.DEFAULT.withPubsub(options));
      meeting = new Meeting(implementation, direction, stack, host, peer);
      ours = new OurPubsub(host, config, topic);
    }

    /** A further peer of a host of ours. */
    Pair(
        String topic,
        OurHost host,
        OurPubsub ours,
        Implementation implementation,
        Direction direction,
        Stack stack) {
      this.topic = topic;
      this.host = host;
      this.ours = ours;
      PeerProgram peer = LAB.freshPeer(implementation, PeerOptions.DEFAULT.withPubsub(THEIRS));
      meeting = new Meeting(implementation, direction, stack, host, peer);
    }

    Pair subscribeBoth() {
      ours.subscribe();
      ask("subscribe");
      connect();
      ours.awaitSubscribed(meeting.peerId());
      awaitListed("subscribers");
      return this;
    }

    void connect() {
      if (meeting.direction() == Direction.OUTBOUND) {
        meeting.dial();
      } else {
        meeting.theirs("connect");
        meeting.dialedByThem();
      }
    }

    JsonNode ask(String command, Object... fields) {
      Object[] all = Arrays.copyOf(fields, fields.length + 2);
      all[fields.length] = "topic";
      all[fields.length + 1] = topic;
      return meeting.peer().ask(PeerProgram.COMMAND_LIMIT, command, all);
    }

    void publishTheirs(byte[] data, int count) {
      ask("publish", "data", Base64.getEncoder().encodeToString(data), "count", count);
    }

    List<byte[]> receivedByThem(int count) {
      List<byte[]> received = new ArrayList<>();
      for (JsonNode message : messages(count)) {
        received.add(Base64.getDecoder().decode(message.get("data").asString()));
      }
      return received;
    }

    JsonNode messages(int count) {
      return ask("received", "count", count, "seconds", SECONDS).get("messages");
    }

    /** Waits until we are among the subscribers, or in the mesh, that the peer tells of. */
    void awaitListed(String list) {
      Await.until("we are among their " + list, OurHost.LIMIT, () -> isListed(list));
    }

    void awaitNotListed(String list) {
      Await.until("we are not among their " + list, OurHost.LIMIT, () -> !isListed(list));
    }

    private boolean isListed(String list) {
      for (JsonNode peer : ask("pubsub").get(list)) {
        if (peer.asString().equals(host.id().toString())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void close() {
      ours.close();
    }
  }

  private static Stream<DynamicTest> tests(
      String scenario, GossipSubConfig config, PubsubOptions options, PairPlay play) {
    return LAB.tests(
        scenario,
        PUBSUB,
        Stack.ONE_PER_TRANSPORT,
        (implementation, direction, stack) -> {
          try (var pair = new Pair(implementation, direction, stack, config, options)) {
            play.run(pair);
          }
        });
  }

  @FunctionalInterface
  private interface PairPlay {
    void run(Pair pair) throws Exception;
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> signedMessagesGoBothWays() {
    return tests(
        "pubsub signed",
        SIGNED,
        THEIRS,
        pair -> {
          pair.subscribeBoth();
          for (int i = 0; i < MANY; i++) {
            assertThat(pair.ours.publish(text("ours " + i)).peers()).isEqualTo(1);
          }
          assertThat(pair.receivedByThem(MANY))
              .map(data -> new String(data, UTF_8))
              .containsExactlyInAnyOrderElementsOf(
                  IntStream.range(0, MANY).mapToObj(i -> "ours " + i).toList());
          pair.publishTheirs(text("theirs"), MANY);
          assertThat(pair.ours.await(MANY))
              .hasSize(MANY)
              .allSatisfy(
                  message -> {
                    assertThat(message.from()).isEqualTo(pair.meeting.peerId());
                    assertThat(new String(message.data(), 0, 6, UTF_8)).isEqualTo("theirs");
                  })
              .extracting(ReceivedMessage::id)
              .doesNotHaveDuplicates();
        });
  }

  @TestFactory
  Stream<DynamicTest> unsignedMessagesGoBothWays() {
    return tests(
        "pubsub unsigned",
        UNSIGNED,
        THEIRS.unsigned(),
        pair -> {
          pair.subscribeBoth();
          for (int i = 0; i < MANY; i++) {
            pair.ours.publish(text("ours " + i));
          }
          assertThat(pair.receivedByThem(MANY)).hasSize(MANY);
          pair.publishTheirs(text("theirs"), MANY);
          assertThat(pair.ours.await(MANY))
              .hasSize(MANY)
              .allSatisfy(message -> assertThat(message.message().hasFrom()).isFalse());
        });
  }

  @TestFactory
  Stream<DynamicTest> longMessagesGoBothWays() {
    return tests(
        "pubsub 1 MB",
        SIGNED,
        THEIRS.maxBytes(MAX_RPC_BYTES),
        pair -> {
          pair.subscribeBoth();
          var random = new Random(1);
          byte[] mine = new byte[LONG_BYTES];
          byte[] yours = new byte[LONG_BYTES];
          random.nextBytes(mine);
          random.nextBytes(yours);
          pair.ours.publish(mine);
          assertThat(pair.receivedByThem(1)).containsExactly(mine);
          pair.publishTheirs(yours, 1);
          assertThat(pair.ours.await(1).get(0).data()).isEqualTo(yours);
        });
  }

  @TestFactory
  Stream<DynamicTest> whoSubscribesIsGraftedAndWhoLeavesIsNot() {
    return tests(
        "pubsub mesh, ours leaves",
        SIGNED,
        THEIRS,
        pair -> {
          pair.subscribeBoth();
          pair.ours.awaitMeshed(pair.meeting.peerId());
          pair.awaitListed("mesh");
          pair.ours.unsubscribe();
          pair.awaitNotListed("subscribers");
          pair.awaitNotListed("mesh");
        });
  }

  @TestFactory
  Stream<DynamicTest> whoLeavesIsInOurMeshNoMore() {
    return tests(
        "pubsub mesh, theirs leaves",
        SIGNED,
        THEIRS,
        pair -> {
          pair.subscribeBoth();
          pair.ours.awaitMeshed(pair.meeting.peerId());
          pair.ask("unsubscribe");
          pair.ours.awaitUnsubscribed(pair.meeting.peerId());
          pair.ours.awaitNotMeshed(pair.meeting.peerId());
        });
  }

  @TestFactory
  Stream<DynamicTest> ourValidatorsDecideWhatTheyHear() {
    return tests(
        "pubsub validation",
        SIGNED,
        THEIRS,
        pair -> {
          pair.ours
              .topic()
              .validator(
                  message ->
                      CompletableFuture.completedFuture(
                          message.data()[message.data().length - 1] % 2 == 0
                              ? Verdict.ACCEPT
                              : Verdict.IGNORE));
          pair.subscribeBoth();
          pair.publishTheirs(text("n"), MANY);
          pair.ours.await(MANY / 2);
          assertThat(pair.ours.received())
              .hasSize(MANY / 2)
              .allSatisfy(m -> assertThat(m.data()[m.data().length - 1] % 2).isZero());
        });
  }

  /** All of them around a host of ours: what one publishes reaches the others through us only. */
  @TestFactory
  Stream<DynamicTest> messagesOfEachReachTheOthersThroughUs() {
    return LAB.tests(
        "pubsub mixed mesh",
        PUBSUB,
        EnumSet.of(Stack.TCP_NOISE),
        (author, direction, stack) -> {
          List<Pair> pairs = new ArrayList<>();
          OurHost host = LAB.freshHost(HostSetup.of(stack));
          String topic = "mixed-" + TOPICS.incrementAndGet();
          try (var ours = new OurPubsub(host, SIGNED, topic).subscribe()) {
            for (Implementation other : PUBSUB) {
              String missing = Installation.of(other).missing();
              if (missing != null) {
                throw Lab.cannotRun(other + " cannot be run: " + missing);
              }
              var pair = new Pair(topic, host, ours, other, direction, stack);
              pair.ask("subscribe");
              pair.connect();
              pairs.add(pair);
            }
            for (Pair pair : pairs) {
              ours.awaitMeshed(pair.meeting.peerId());
              pair.awaitListed("mesh");
            }
            Pair publisher =
                pairs.stream()
                    .filter(pair -> pair.meeting.implementation() == author)
                    .findFirst()
                    .orElseThrow();
            publisher.publishTheirs(text("from " + author), MANY);
            ours.await(MANY);
            for (Pair pair : pairs) {
              if (pair != publisher) {
                JsonNode messages = pair.messages(MANY);
                assertThat(messages).hasSize(MANY);
                for (JsonNode message : messages) {
                  assertThat(message.get("from").asString())
                      .isEqualTo(publisher.meeting.peerId().toString());
                }
              }
            }
            assertThat(ours.received()).hasSize(MANY);
          }
        });
  }
}
