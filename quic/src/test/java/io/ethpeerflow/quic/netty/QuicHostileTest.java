package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.suite.MuxerWorld.Side;
import io.ethpeerflow.core.suite.Stillness;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.packet.AddressToken;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams of strangers at a socket that listens: after each attack it serves as before. */
class QuicHostileTest {
  private static final int VALIDATE_ABOVE = 8;
  private static final int OTHER_VERSION = 0x1a2a3a4a;
  private static final int RETRY = 0xf0;
  private static final int LONG_TYPE = 0xf0;
  private static final int RETRY_HEAD_BYTES = 7 + 2 * 8;
  private static final int RETRY_TAG_BYTES = 16;
  private static final int AMPLIFICATION = 3;
  private static final long ASK_AGAIN_NANOS = 500_000_000L;
  private static final long MEMORY_BYTES = 4 << 20;
  private static final byte[] NO_TOKEN = {};
  private static final String RETRIED = "peerflow.quic.accept.retried";
  private static final String BAD_TOKEN = "peerflow.quic.accept.token.invalid";
  private static final String DROPPED = "peerflow.quic.datagrams.dropped";

  private static final QuicConfig CONFIG =
      QuicConfig.DEFAULT.withTimeouts(
          Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1));

  private final Random random = new Random(5);
  private final List<Stranger> strangers = new ArrayList<>();
  private QuicPair pair;
  private Multiaddr address;
  private Stranger asking;

  @BeforeEach
  void listens() {
    listens(VALIDATE_ABOVE);
  }

  private void listens(int validateAbove) {
    if (pair != null) {
      pair.close();
    }
    pair = new QuicPair(CONFIG.withValidateAbove(validateAbove));
    address = pair.listener.listen().address();
    asking = null;
  }

  @AfterEach
  void servesAsBefore() {
    MuxedConnection connection = pair.dialer.dial(address);
    RawStream stream = QuicPair.open(connection);
    QuicPair.run(connection, () -> stream.offer(Unpooled.buffer(1).writeByte(7)));
    Await.until("a stream", QuicPair.LIMIT, () -> !pair.listener.streams.isEmpty());
    connection.close(ConnectionErrorCode.NO_ERROR);
    Await.until("dialer idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    Await.until("listener idle", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
    strangers.forEach(Stranger::close);
    pair.close();
    Await.until(
        "no buffer is in use",
        QuicPair.LIMIT,
        () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() == 0);
  }

  private Stranger stranger() {
    InetSocketAddress target = QuicAddresses.toSocket(address);
    if (target == null) {
      throw new IllegalStateException("not bound");
    }
    var stranger = new Stranger(target);
    strangers.add(stranger);
    return stranger;
  }

  /** Waits until all that was sent before has been looked at: asks what is always answered. */
  private void settle() {
    if (asking == null) {
      asking = stranger();
    }
    byte[] question = Stranger.initial(random, OTHER_VERSION, NO_TOKEN, Stranger.FULL_BYTES);
    byte[] own = Arrays.copyOfRange(question, 15, 23);
    var answered = new AtomicBoolean();
    long[] asked = {System.nanoTime() - ASK_AGAIN_NANOS};
    Await.until(
        "the listener answers",
        QuicPair.LIMIT,
        () -> {
          if (System.nanoTime() - asked[0] >= ASK_AGAIN_NANOS) {
            asked[0] = System.nanoTime();
            asking.send(question);
          }
          for (byte[] answer : asking.received()) {
            answered.compareAndSet(false, Arrays.equals(own, Arrays.copyOfRange(answer, 6, 14)));
          }
          return answered.get();
        });
  }

  private int halfOpen() {
    return pair.listener.limits.usage().transients().connections();
  }

  private void assertNoneReserved() {
    assertThat(pair.listener.limits.usage().isIdle()).isTrue();
  }

  @Test
  void garbageOfAnyLengthAndFirstByteIsDropped() {
    Stranger stranger = stranger();
    for (int first = 0; first < 256; first++) {
      for (int length = 0; length < 1500; length += 1 + random.nextInt(300)) {
        byte[] garbage = Stranger.bytes(random, length);
        if (length > 0) {
          garbage[0] = (byte) first;
        }
        stranger.send(garbage);
      }
      if (first % 16 == 15) {
        settle();
      }
    }
    stranger.received();
    assertThat(pair.listener.count(DROPPED)).isGreaterThan(100);
    assertThat(stranger.receivedBytes).isLessThan(stranger.sentBytes);
    assertNoneReserved();
  }

  @Test
  @Spec("quic/version")
  void anotherVersionIsToldWhichOneIsSpokenAndNothingElse() {
    Stranger stranger = stranger();
    byte[] hello = Stranger.initial(random, OTHER_VERSION, NO_TOKEN, Stranger.FULL_BYTES);
    stranger.send(hello);
    var answers = new ArrayList<byte[]>();
    Await.until("an answer", QuicPair.LIMIT, () -> answers.addAll(stranger.received()));
    stranger.send(Arrays.copyOf(hello, Stranger.FULL_BYTES - 1));
    settle();
    answers.addAll(stranger.received());
    assertThat(answers).hasSize(1);
    ByteBuffer answer = ByteBuffer.wrap(answers.get(0));
    assertThat(answer.get() & 0x80).as("a long header").isEqualTo(0x80);
    assertThat(answer.getInt()).as("the version of Version Negotiation").isZero();
    assertThat(id(answer)).isEqualTo(Arrays.copyOfRange(hello, 15, 23));
    assertThat(id(answer)).isEqualTo(Arrays.copyOfRange(hello, 6, 14));
    var versions = new ArrayList<Integer>();
    while (answer.hasRemaining()) {
      versions.add(answer.getInt());
    }
    assertThat(versions).contains(Stranger.VERSION_1);
    assertNoneReserved();
  }

  private static byte[] id(ByteBuffer packet) {
    byte[] id = new byte[packet.get()];
    packet.get(id);
    return id;
  }

  @Test
  void anInitialThatIsTooShortIsNotAnswered() {
    listens(0);
    Stranger stranger = stranger();
    for (int length = 40; length < Stranger.FULL_BYTES; length += 29) {
      stranger.send(Stranger.initial(random, Stranger.VERSION_1, NO_TOKEN, length));
    }
    stranger.send(Stranger.initial(random, Stranger.VERSION_1, NO_TOKEN, Stranger.FULL_BYTES - 1));
    settle();
    assertThat(stranger.received()).isEmpty();
    assertThat(pair.listener.count(RETRIED)).isZero();
    stranger.send(Stranger.initial(random, Stranger.VERSION_1, NO_TOKEN, Stranger.FULL_BYTES));
    Await.until("a Retry", QuicPair.LIMIT, () -> !stranger.received().isEmpty());
    assertThat(pair.listener.count(RETRIED)).isEqualTo(1);
    assertNoneReserved();
  }

  @Test
  void aFloodOfInitialsThatNobodyCanDecryptHoldsNothing() {
    for (int i = 0; i < 50; i++) {
      Stranger stranger = stranger();
      for (int j = 0; j < 40; j++) {
        stranger.send(Stranger.initial(random, Stranger.VERSION_1, NO_TOKEN, Stranger.FULL_BYTES));
      }
      settle();
      assertThat(halfOpen()).isLessThanOrEqualTo(VALIDATE_ABOVE);
      stranger.received();
      assertThat(stranger.receivedBytes).isLessThanOrEqualTo(AMPLIFICATION * stranger.sentBytes);
    }
  }

  /** The first flights of real dials, whose answers nobody reads. */
  private List<List<byte[]>> flights(int number) {
    var flights = new ArrayList<List<byte[]>>();
    for (int i = 0; i < number; i++) {
      Stranger silent = stranger();
      CompletableFuture<MuxedConnection> dial =
          pair.dialer.dialing(QuicAddresses.ofSocket(silent.address()));
      var flight = new ArrayList<byte[]>();
      Await.until("a first flight", QuicPair.LIMIT, () -> flight.addAll(silent.received()));
      dial.cancel(false);
      flights.add(flight);
    }
    return flights;
  }

  @Test
  void aFloodOfFirstFlightsFromManyAddressesHoldsNoMoreThanTheBound() {
    List<List<byte[]>> flights = flights(200);
    var flooding = new ArrayList<Stranger>();
    int most = 0;
    for (List<byte[]> flight : flights) {
      Stranger stranger = stranger();
      flight.forEach(stranger::send);
      flooding.add(stranger);
      most = Math.max(most, halfOpen());
    }
    settle();
    most = Math.max(most, halfOpen());
    assertThat(most).isBetween(1, VALIDATE_ABOVE);
    assertThat(pair.listener.count(RETRIED)).isGreaterThanOrEqualTo(flights.size() / 2);
    assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory()).isLessThan(MEMORY_BYTES);
    Await.until("those half open are given up", QuicPair.LIMIT, () -> halfOpen() == 0);
    assertNoneReserved();
    for (Stranger stranger : flooding) {
      stranger.received();
      assertThat(stranger.receivedBytes).isLessThanOrEqualTo(AMPLIFICATION * stranger.sentBytes);
    }
    assertThat(pair.listener.accepted).isEmpty();
  }

  /** The token in the Retry that answers a first packet. */
  private byte[] token(Stranger stranger) {
    stranger.send(Stranger.initial(random, Stranger.VERSION_1, NO_TOKEN, Stranger.FULL_BYTES));
    var answers = new ArrayList<byte[]>();
    Await.until("a Retry", QuicPair.LIMIT, () -> answers.addAll(stranger.received()));
    byte[] retry = answers.get(0);
    assertThat(retry[0] & LONG_TYPE).isEqualTo(RETRY);
    return Arrays.copyOfRange(retry, RETRY_HEAD_BYTES, retry.length - RETRY_TAG_BYTES);
  }

  @Test
  void tokensThatAreForgedOrSomebodyElsesAreRefused() {
    listens(0);
    Stranger stranger = stranger();
    byte[] token = token(stranger);
    assertThat(token).hasSize(AddressToken.HEAD_BYTES + 8);
    Stranger other = stranger();
    present(other, token);
    assertThat(pair.listener.count(BAD_TOKEN)).as("another port's").isEqualTo(1);
    long refused = 1;
    for (int i = 0; i < token.length - 8; i++) {
      byte[] forged = token.clone();
      forged[i] ^= (byte) (1 << random.nextInt(8));
      present(stranger, forged);
      refused++;
    }
    for (int length = 1; length <= AddressToken.MAX_BYTES; length++) {
      present(other, Stranger.bytes(random, length));
      refused++;
    }
    assertThat(pair.listener.count(BAD_TOKEN)).isEqualTo(refused);
    present(other, Stranger.bytes(random, 500));
    assertNoneReserved();
    other.received();
    assertThat(other.receivedBytes).isLessThan(other.sentBytes);
  }

  private void present(Stranger stranger, byte[] token) {
    stranger.send(Stranger.initial(random, Stranger.VERSION_1, token, Stranger.FULL_BYTES));
    settle();
  }

  @Test
  void aTokenOfItsOwnDoesNotHelpWhoCannotShakeHands() {
    listens(0);
    Stranger stranger = stranger();
    present(stranger, token(stranger));
    assertThat(pair.listener.count(BAD_TOKEN)).isZero();
    Await.until("given up", QuicPair.LIMIT, () -> halfOpen() == 0);
    assertThat(pair.listener.accepted).isEmpty();
  }

  @Test
  void statelessResetsAndShortHeadersForNobodyDoNothing() {
    MuxedConnection connection = pair.dialer.dial(address);
    Stranger stranger = stranger();
    for (int length = 21; length < 1400; length += 3) {
      byte[] reset = Stranger.bytes(random, length);
      reset[0] = (byte) (0x40 | reset[0] & 0x3f);
      stranger.send(reset);
    }
    settle();
    assertThat(stranger.received()).isEmpty();
    assertThat(connection.closed()).isNotDone();
    assertThat(pair.listener.limits.usage().system().connections()).isEqualTo(1);
    connection.close(ConnectionErrorCode.NO_ERROR);
  }

  @Test
  void aForgedStatelessResetOfWhoSawTheConnectionIdsDoesNothing() {
    InetSocketAddress server = QuicAddresses.toSocket(address);
    if (server == null) {
      throw new IllegalStateException("not bound");
    }
    try (var relay = new WatchedRelay(server, new Stillness())) {
      MuxedConnection connection = pair.dialer.dial(QuicAddresses.ofSocket(relay.front()));
      for (Side side : Side.values()) {
        byte[] seen =
            Await.value(
                "a packet of an established connection",
                QuicPair.LIMIT,
                () -> {
                  byte[] last = relay.last(side);
                  return last != null && last[0] > 0 ? last : null;
                });
        for (int length = 21; length < 1400; length += 3) {
          byte[] reset = Stranger.bytes(random, length);
          System.arraycopy(seen, 0, reset, 0, 9);
          relay.inject(side, reset);
        }
      }
      settle();
      RawStream stream = QuicPair.open(connection);
      QuicPair.run(connection, () -> stream.offer(Unpooled.buffer(1).writeByte(7)));
      Await.until("it still carries", QuicPair.LIMIT, () -> !pair.listener.streams.isEmpty());
      assertThat(connection.closed()).isNotDone();
      pair.listener.streams.clear();
      connection.close(ConnectionErrorCode.NO_ERROR);
      Await.until("closed", QuicPair.LIMIT, () -> pair.listener.limits.usage().isIdle());
    }
  }
}
