package io.ethpeerflow.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimStreamTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private SimNetwork network = new SimNetwork(1, clock);
  private SimNode alice = network.node("alice", "10.0.0.1", "fd00::1");
  private SimNode bob = network.node("bob", "10.0.0.2", "fd00::2");
  private final VirtualLoop aliceLoop = new VirtualLoop(clock, "alice");
  private final VirtualLoop bobLoop = new VirtualLoop(clock, "bob");
  private final InetSocketAddress bobAddress = new InetSocketAddress("10.0.0.2", 4001);
  private final RecordingHandler client = new RecordingHandler();
  private final RecordingHandler server = new RecordingHandler();
  private StreamOptions options = StreamOptions.DEFAULT;

  @BeforeEach
  void listen() throws BindException {
    bob.listen(bobAddress, options, () -> bobLoop, socket -> server);
  }

  @Test
  void connectsAfterOneRoundTripAndAcceptsHalfARoundTripLater() {
    connect();
    assertThat(client.events).isEmpty();
    settle();
    assertThat(millis(client.connectedAtNanos)).isEqualTo(20);
    assertThat(millis(server.connectedAtNanos)).isEqualTo(30);
    assertThat(server.socket().remoteAddress()).isEqualTo(client.socket().localAddress());
    assertThat(client.socket().remoteAddress()).isEqualTo(bobAddress);
    assertThat(network.trace().lines("connect")).hasSize(1);
    assertThat(network.trace().lines("accept")).hasSize(1);
  }

  @Test
  void connectsOverIpv6() throws BindException {
    var address = new InetSocketAddress("fd00::2", 4001);
    bob.listen(bobLoop, new InetSocketAddress("::", 4001), socket -> server);
    alice.connect(aliceLoop, address, client);
    settle();
    assertThat(client.events).containsExactly("connected");
    assertThat(client.socket().localAddress().getAddress().getHostAddress())
        .isEqualTo("fd00:0:0:0:0:0:0:1");
  }

  @Test
  void isRefusedWhereNobodyListens() {
    alice.connect(aliceLoop, new InetSocketAddress("10.0.0.2", 9), client);
    settle();
    assertThat(client.events).containsExactly("closed ConnectException");
    assertThat(client.cause).hasMessageContaining("refused by 10.0.0.2:9");
    assertThat(alice.openStreams()).isZero();
  }

  @Test
  void isRefusedAfterTheListenerClosedWhileAcceptedSocketsLiveOn() throws BindException {
    var listener = bob.listen(bobLoop, new InetSocketAddress("10.0.0.2", 5), socket -> server);
    alice.connect(aliceLoop, listener.localAddress(), client);
    settle();
    listener.close();
    var late = new RecordingHandler();
    alice.connect(aliceLoop, listener.localAddress(), late);
    settle();
    assertThat(late.events).containsExactly("closed ConnectException");
    assertThat(client.socket().isOpen()).isTrue();
  }

  @Test
  void timesOutBehindAFirewallAndUnderAPartition() {
    bob.silent(true);
    var behindFirewall = new RecordingHandler();
    alice.connect(aliceLoop, new InetSocketAddress("10.0.0.2", 9), behindFirewall);
    network.partition(List.of(alice), List.of(bob));
    connect();
    clock.advance(Duration.ofSeconds(29));
    assertThat(client.events).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(client.events).containsExactly("closed SocketTimeoutException");
    assertThat(behindFirewall.events).containsExactly("closed SocketTimeoutException");
  }

  @Test
  void connectsWhenThePartitionHealsInTime() {
    Partition partition = network.isolate(bob);
    connect();
    clock.advance(Duration.ofSeconds(2));
    partition.heal();
    settle();
    assertThat(client.events).containsExactly("connected");
    assertThat(millis(client.connectedAtNanos)).isEqualTo(3020);
  }

  @Test
  void hasNoWayToAFamilyItHasNoAddressOf() {
    SimNode old = network.node("old", "10.0.0.9");
    old.connect(aliceLoop, new InetSocketAddress("fd00::2", 4001), client);
    assertThat(client.events).isEmpty();
    clock.runDue();
    assertThat(client.events).containsExactly("closed NoRouteToHostException");
  }

  @Test
  void givesUpAConnectThatIsClosedWithoutATrace() {
    SimStreamSocket socket = connect();
    aliceLoop.run(socket::close);
    settle();
    assertThat(client.events).containsExactly("closed");
    assertThat(alice.openStreams()).isZero();
    assertThat(bob.openStreams()).isZero();
    assertThat(server.events).isEmpty();
  }

  @Test
  void deliversEveryByteInOrderOverABadLink() {
    Seeds.check(
        60,
        random -> {
          SimStreamTest run = new SimStreamTest();
          run.network = new SimNetwork(random.nextLong(), run.clock);
          run.alice = run.network.node("alice", "10.0.0.1");
          run.bob = run.network.node("bob", "10.0.0.2");
          int receiveBytes = random.edgyInt(1, 100_000);
          run.options =
              StreamOptions.DEFAULT
                  .withBuffers(random.edgyInt(1, 100_000), receiveBytes)
                  .withSegmentBytes(random.edgyInt(100, 1400))
                  .withFragmentReads(random.nextBoolean());
          run.listen();
          run.network.defaultLink(
              LinkProfile.DEFAULT
                  .withJitter(Duration.ofMillis(random.nextInt(20)))
                  .withLoss(random.nextDouble() * 0.2)
                  .withDuplicate(random.nextDouble() * 0.2)
                  .withReorder(random.nextDouble() * 0.3, Duration.ofMillis(30)));
          run.transferBothWays(random, Math.min(60_000, 100 * receiveBytes));
        });
  }

  @Test
  void showsLossAsDelayAndTracesTheDrop() {
    establish();
    network.link(alice, bob, LinkProfile.DEFAULT.withLoss(1));
    write(client, new byte[10]);
    clock.advance(Duration.ofMillis(50));
    network.link(alice, bob, LinkProfile.DEFAULT);
    assertThat(server.received.size()).isZero();
    assertThat(network.trace().lines("drop")).hasSize(1).first().asString().contains("loss");
    settle();
    assertThat(server.received.size()).isEqualTo(10);
    assertThat(clock.nanoTime()).isGreaterThan(Duration.ofMillis(200).toNanos());
  }

  @Test
  void repairsASingleLossWithoutWaitingForTheTimeout() {
    establish();
    write(client, new byte[1400]);
    network.link(alice, bob, LinkProfile.DEFAULT.withLoss(1));
    clock.runDue();
    network.link(alice, bob, LinkProfile.DEFAULT);
    long start = clock.nanoTime();
    write(client, new byte[7000]);
    clock.runUntil(() -> server.received.size() == 8400, MINUTE);
    assertThat(server.received.size()).isEqualTo(8400);
    assertThat(millis(clock.nanoTime() - start)).isLessThan(100);
  }

  @Test
  void sendsAtThePaceOfTheLink() {
    establish();
    network.link(alice, bob, LinkProfile.DEFAULT.withBandwidth(1_000_000, 64_000));
    long start = clock.nanoTime();
    write(client, new byte[2_000_000]);
    clock.runUntil(() -> server.received.size() == 2_000_000, MINUTE);
    double seconds = (clock.nanoTime() - start) / 1e9;
    assertThat(seconds).isBetween(2.0, 4.0);
  }

  @Test
  void stopsTheWriterWhenTheReaderStops() {
    establish();
    bobLoop.run(() -> server.socket().reading(false));
    boolean writable = write(client, new byte[500_000]);
    assertThat(writable).isFalse();
    clock.advance(MINUTE);
    assertThat(client.events).doesNotContain("writable");
    assertThat(client.socket().queuedBytes())
        .isEqualTo(500_000 - StreamOptions.DEFAULT.receiveBufferBytes());
    assertThat(server.received.size()).isZero();

    bobLoop.run(() -> server.socket().reading(true));
    clock.advance(Duration.ofMinutes(2));
    assertThat(server.received.size()).isEqualTo(500_000);
    assertThat(client.events).containsExactly("connected", "writable");
  }

  @Test
  void refusesAWriterThatIgnoresWritability() {
    establish();
    bobLoop.run(() -> server.socket().reading(false));
    ByteBuf[] chunk = {null};
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                chunk[0] = ByteBufAllocator.DEFAULT.heapBuffer(1 << 20).writeZero(1 << 20);
                aliceLoop.run(() -> client.socket().write(chunk[0]));
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ignores isWritable()");
    assertThat(chunk[0].refCnt()).isZero();
  }

  @Test
  void endsOneHalfAndThenTheOther() {
    establish();
    write(client, new byte[] {1, 2, 3});
    aliceLoop.run(() -> client.socket().shutdownOutput());
    settle();
    assertThat(server.received.toByteArray()).containsExactly(1, 2, 3);
    assertThat(server.events).containsExactly("connected", "end");
    assertThat(client.events).containsExactly("connected");

    write(server, new byte[100_000]);
    bobLoop.run(() -> server.socket().shutdownOutput());
    settle();
    assertThat(client.received.size()).isEqualTo(100_000);
    assertThat(client.events).containsExactly("connected", "end", "closed");
    assertThat(server.events).containsExactly("connected", "end", "closed");
    clock.advance(MINUTE);
    assertThat(alice.openStreams() + bob.openStreams()).isZero();
  }

  @Test
  void refusesToWriteAfterShutdownOutputAndConsumesTheBuffer() {
    establish();
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer().writeZero(3);
    assertThatThrownBy(
            () ->
                aliceLoop.run(
                    () -> {
                      client.socket().shutdownOutput();
                      client.socket().write(data);
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(data.refCnt()).isZero();
  }

  @Test
  void sendsWhatIsQueuedBeforeAnOrderlyClose() {
    establish();
    write(client, new byte[300_000]);
    aliceLoop.run(() -> client.socket().close());
    clock.runDue();
    assertThat(client.events).containsExactly("connected", "closed");
    settle();
    assertThat(server.received.size()).isEqualTo(300_000);
    assertThat(server.events).containsExactly("connected", "end");
    bobLoop.run(() -> server.socket().close());
    clock.advance(Duration.ofMinutes(2));
    assertThat(server.events).containsExactly("connected", "end", "closed");
    assertThat(alice.openStreams() + bob.openStreams()).isZero();
  }

  @Test
  void resetsWhenClosedWithUnreadBytes() {
    establish();
    bobLoop.run(() -> server.socket().reading(false));
    write(client, new byte[10]);
    settle();
    bobLoop.run(() -> server.socket().close());
    settle();
    assertThat(client.events).containsExactly("connected", "closed SocketException");
  }

  @Test
  void resetsAWriterWhoseReaderHasClosed() {
    establish();
    bobLoop.run(() -> server.socket().close());
    settle();
    assertThat(client.events).containsExactly("connected", "end");
    write(client, new byte[10]);
    settle();
    assertThat(client.events).containsExactly("connected", "end", "closed SocketException");
  }

  @Test
  void tellsTheOtherSideOfAReset() {
    establish();
    write(client, new byte[100]);
    aliceLoop.run(() -> client.socket().reset());
    settle();
    assertThat(client.events).containsExactly("connected", "closed");
    assertThat(server.events).containsExactly("connected", "closed SocketException");
    assertThat(alice.openStreams() + bob.openStreams()).isZero();
  }

  @Test
  void leavesTheOtherSideWaitingAfterACut() {
    establish();
    bobLoop.run(() -> server.socket().cut());
    clock.advance(Duration.ofHours(1));
    assertThat(server.events).containsExactly("connected", "closed");
    assertThat(client.events).containsExactly("connected");

    write(client, new byte[10]);
    clock.advance(Duration.ofMinutes(14));
    assertThat(client.events).containsExactly("connected");
    clock.advance(Duration.ofMinutes(3));
    assertThat(client.events).containsExactly("connected", "closed SocketTimeoutException");
  }

  @Test
  void answersOldStreamsWithAResetAfterACrash() {
    establish();
    bob.crash();
    clock.advance(MINUTE);
    assertThat(server.events).containsExactly("connected");
    assertThat(client.events).containsExactly("connected");
    write(client, new byte[10]);
    settle();
    assertThat(client.events).containsExactly("connected", "closed SocketException");
  }

  @Test
  void carriesOnAfterAPartition() {
    establish();
    Partition partition = network.partition(List.of(alice), List.of(bob));
    write(client, new byte[50_000]);
    clock.advance(Duration.ofMinutes(5));
    assertThat(server.received.size()).isZero();
    partition.heal();
    clock.advance(Duration.ofMinutes(2));
    assertThat(server.received.size()).isEqualTo(50_000);
    assertThat(client.events).doesNotContain("closed SocketTimeoutException");
  }

  @Test
  void losesAcknowledgementsOnAOneWayBlock() {
    establish();
    Partition block = network.block(bob, alice);
    write(client, new byte[1000]);
    clock.advance(Duration.ofSeconds(5));
    assertThat(server.received.size()).isEqualTo(1000);
    assertThat(client.socket().queuedBytes()).isEqualTo(1000);
    block.close();
    clock.advance(MINUTE);
    assertThat(client.socket().queuedBytes()).isZero();
    assertThat(server.received.size()).isEqualTo(1000);
  }

  @Test
  void joinsTwoConnectsThatMeet() {
    var aliceAddress = new InetSocketAddress("10.0.0.1", 7000);
    var meeting = new InetSocketAddress("10.0.0.2", 7000);
    alice.connect(aliceLoop, aliceAddress, meeting, options, client);
    bob.connect(bobLoop, meeting, aliceAddress, options, server);
    settle();
    assertThat(client.events).containsExactly("connected");
    assertThat(server.events).containsExactly("connected");
    write(client, new byte[5]);
    settle();
    assertThat(server.received.size()).isEqualTo(5);
  }

  @Test
  void connectsFromThePortItListensOn() throws BindException {
    var shared = new InetSocketAddress("10.0.0.1", 4001);
    alice.listen(aliceLoop, shared, socket -> new RecordingHandler());
    alice.connect(aliceLoop, shared, bobAddress, options, client);
    settle();
    assertThat(server.socket().remoteAddress()).isEqualTo(shared);
    var again = new RecordingHandler();
    alice.connect(aliceLoop, shared, bobAddress, options, again);
    settle();
    assertThat(again.events).containsExactly("closed BindException");
  }

  @Test
  void refusesPortsThatAreTakenAndAddressesThatAreNotItsOwn() {
    assertThatThrownBy(() -> bob.listen(bobLoop, bobAddress, socket -> server))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(
            () -> bob.listen(bobLoop, new InetSocketAddress("0.0.0.0", 4001), socket -> server))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(
            () -> bob.listen(bobLoop, new InetSocketAddress("10.0.0.1", 1), socket -> server))
        .isInstanceOf(BindException.class);
  }

  @Test
  void givesWritableBuffersOfItsOwn() {
    establish();
    ByteBuf sent = ByteBufAllocator.DEFAULT.buffer().writeZero(8);
    aliceLoop.run(() -> client.socket().write(sent));
    assertThat(sent.refCnt()).isZero();
    settle();
    assertThat(server.received.size()).isEqualTo(8);
  }

  @Test
  void demandsTheLoop() {
    establish();
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer().writeZero(8);
    assertThatThrownBy(() -> client.socket().write(data)).hasMessageContaining("call on");
    assertThat(data.refCnt()).isZero();
    assertThatThrownBy(() -> bobLoop.run(() -> client.socket().close()))
        .hasMessageContaining("call on");
  }

  @Test
  void gathersTheWritesOfOneTurn() {
    establish();
    aliceLoop.run(
        () -> {
          for (int i = 0; i < 100; i++) {
            client.socket().write(ByteBufAllocator.DEFAULT.buffer().writeByte(i));
          }
        });
    settle();
    assertThat(server.received.size()).isEqualTo(100);
    assertThat(server.reads).isEqualTo(1);
  }

  private SimStreamSocket connect() {
    return alice.connect(aliceLoop, null, bobAddress, options, client);
  }

  private void establish() {
    connect();
    settle();
    assertThat(client.events).containsExactly("connected");
    assertThat(server.events).containsExactly("connected");
  }

  private void settle() {
    clock.advance(Duration.ofSeconds(3));
  }

  private boolean write(RecordingHandler from, byte[] bytes) {
    boolean[] writable = {false};
    SimStreamSocket socket = from.socket();
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    socket.loop().run(() -> writable[0] = socket.write(data));
    return writable[0];
  }

  private void transferBothWays(SeededRandom random, int maxBytes) {
    connect();
    clock.runUntil(() -> server.socket != null, Duration.ofSeconds(29));
    byte[] up = random.bytes(random.nextInt(maxBytes + 1));
    byte[] down = random.bytes(random.nextInt(maxBytes + 1));
    write(client, up);
    write(server, down);
    aliceLoop.run(() -> client.socket().shutdownOutput());
    bobLoop.run(() -> server.socket().shutdownOutput());
    clock.runUntil(
        () -> server.events.contains("closed") && client.events.contains("closed"),
        Duration.ofMinutes(60));
    var lines = network.trace().lines();
    assertThat(client.events)
        .as("last events: %s", lines.subList(Math.max(0, lines.size() - 30), lines.size()))
        .containsExactly("connected", "end", "closed");
    assertThat(Arrays.equals(server.received.toByteArray(), up)).isTrue();
    assertThat(Arrays.equals(client.received.toByteArray(), down)).isTrue();
    clock.runUntilIdle(Duration.ofMinutes(5));
    assertThat(alice.openStreams() + bob.openStreams()).isZero();
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
