package io.ethpeerflow.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private final VirtualClock clock = new VirtualClock();
  private final SimNetwork network = new SimNetwork(3, clock);
  private final SimNode alice = network.node("alice", "10.0.0.1", "fd00::1");
  private final SimNode bob = network.node("bob", "10.0.0.2", "fd00::2");
  private final VirtualLoop loop = new VirtualLoop(clock, "all");
  private final InetSocketAddress bobAddress = new InetSocketAddress("10.0.0.2", 53);
  private final List<String> heard = new ArrayList<>();

  @Test
  void deliversADatagramAfterTheLatencyWithItsSource() throws IOException {
    listen(bobAddress);
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    send(socket, 5);
    clock.advance(Duration.ofMillis(9));
    assertThat(heard).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(heard).containsExactly("5 from 10.0.0.1:" + socket.localAddress().getPort());
  }

  @Test
  void choosesTheSourceOfTheRightFamilyForAWildcard() throws IOException {
    listen(new InetSocketAddress("::", 53));
    SimDatagramSocket socket = bind(alice, "::", 1000);
    loop.run(() -> trySend(socket, 1, new InetSocketAddress("fd00::2", 53)));
    clock.advance(Duration.ofMillis(10));
    assertThat(heard).containsExactly("1 from [fd00:0:0:0:0:0:0:1]:1000");
    assertThatThrownBy(() -> network.node("old", "10.0.0.77").addAddress("10.0.0.1"))
        .hasMessageContaining("belongs to alice");
  }

  @Test
  void dropsWhatNobodyWaitsForAndSaysWhy() throws IOException {
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    send(socket, 5);
    loop.run(() -> trySend(socket, 5, new InetSocketAddress("10.9.9.9", 1)));
    network.oneWayLink(alice, bob, LinkProfile.DEFAULT.withMtuBytes(600));
    send(socket, 601);
    clock.advance(Duration.ofMillis(20));
    assertThat(network.trace().lines("drop"))
        .extracting(line -> line.split(" ", 4)[2])
        .containsExactlyInAnyOrder("no-socket", "no-route", "mtu");
  }

  @Test
  void losesTheGivenShare() throws IOException {
    listen(bobAddress);
    network.link(alice, bob, LinkProfile.DEFAULT.withLoss(0.25));
    sendMany(2000);
    assertThat(heard).hasSizeBetween(1400, 1600);
  }

  @Test
  void duplicatesTheGivenShare() throws IOException {
    listen(bobAddress);
    network.link(alice, bob, LinkProfile.DEFAULT.withDuplicate(0.5));
    sendMany(2000);
    assertThat(heard).hasSizeBetween(2900, 3100);
  }

  @Test
  void reordersOnlyWhenAskedTo() throws IOException {
    var order = new ArrayList<Integer>();
    bob.bindDatagram(
        loop,
        bobAddress,
        (socket, data, from) -> {
          order.add(data.readableBytes());
          data.release();
        });
    network.link(alice, bob, LinkProfile.DEFAULT.withJitter(Duration.ofMillis(50)));
    sendGrowing(100);
    assertThat(order).isSorted().hasSize(100);
    order.clear();
    network.link(alice, bob, LinkProfile.DEFAULT.withReorder(0.3, Duration.ofMillis(40)));
    sendGrowing(100);
    assertThat(order).hasSize(100);
    assertThat(order).isNotEqualTo(order.stream().sorted().toList());
  }

  @Test
  void queuesInFrontOfTheBandwidthAndDropsWhatDoesNotFit() throws IOException {
    listen(bobAddress);
    network.link(alice, bob, LinkProfile.DEFAULT.withBandwidth(100_000, 10_000));
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    for (int i = 0; i < 20; i++) {
      send(socket, 972);
    }
    clock.advance(Duration.ofMillis(15));
    assertThat(heard).isEmpty();
    clock.advance(Duration.ofMillis(5));
    assertThat(heard).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(heard).hasSize(11);
    assertThat(network.trace().lines("drop")).hasSize(9).allMatch(line -> line.contains(" queue "));
  }

  @Test
  void dropsWhatIsInFlightWhenTheCableIsCut() throws IOException {
    listen(bobAddress);
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    send(socket, 1);
    clock.advance(Duration.ofMillis(5));
    network.isolate(bob);
    clock.advance(Duration.ofMillis(20));
    assertThat(heard).isEmpty();
    network.healAll();
    send(socket, 2);
    clock.advance(Duration.ofMillis(20));
    assertThat(heard).hasSize(1);
  }

  @Test
  void blocksOneDirectionOnly() throws IOException {
    listen(bobAddress);
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    try (Partition block = network.block(bob, alice)) {
      assertThat(block).isNotNull();
      send(socket, 1);
      clock.advance(Duration.ofMillis(20));
      assertThat(heard).hasSize(1);
    }
  }

  @Test
  void rebindsToANewSource() throws IOException {
    listen(bobAddress);
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 1000);
    alice.addAddress("10.0.7.1");
    loop.run(
        () -> {
          try {
            socket.rebind(new InetSocketAddress("10.0.7.1", 2000));
          } catch (BindException taken) {
            throw new AssertionError(taken);
          }
        });
    alice.removeAddress("10.0.0.1");
    send(socket, 1);
    clock.advance(Duration.ofMillis(20));
    assertThat(heard).containsExactly("1 from 10.0.7.1:2000");
  }

  @Test
  void refusesToSendOnAClosedSocketAndConsumesTheBuffer() throws IOException {
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    loop.run(socket::close);
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer(1).writeByte(1);
    loop.run(
        () ->
            assertThatThrownBy(() -> socket.send(data, bobAddress))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed"));
    assertThat(data.refCnt()).isZero();
    bind(alice, "10.0.0.1", socket.localAddress().getPort());
  }

  @Test
  void forgetsItsSocketsInACrash() throws IOException {
    listen(bobAddress);
    bob.crash();
    send(bind(alice, "10.0.0.1", 0), 1);
    clock.advance(Duration.ofMillis(20));
    assertThat(heard).isEmpty();
    listen(bobAddress);
  }

  @Test
  void checksTheRangesOfALink() {
    assertThatThrownBy(() -> LinkProfile.DEFAULT.withLoss(1.1)).hasMessageContaining("loss: 1.1");
    assertThatThrownBy(() -> LinkProfile.DEFAULT.withMtuBytes(575)).hasMessageContaining("mtu");
    assertThatThrownBy(() -> LinkProfile.DEFAULT.withLatency(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StreamOptions.DEFAULT.withSegmentBytes(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> network.node("x", "example.org"))
        .hasMessageContaining("not a literal address");
  }

  @Test
  void givesTheSameTraceTwiceFromOneSeedAndAnotherFromAnother() throws IOException {
    Trace first = gossip(7);
    Trace second = gossip(7);
    assertThat(first.difference(second)).isEqualTo("equal");
    assertThat(first.digest()).isEqualTo(second.digest());
    assertThat(first.count()).isGreaterThan(10_000);
    assertThat(first.lines("drop")).isNotEmpty();
    Trace other = gossip(8);
    assertThat(other.digest()).isNotEqualTo(first.digest());
    assertThat(first.difference(other)).startsWith("line ");
  }

  @Test
  void digestsTheLinesItDoesNotKeep() {
    var some = new Trace(1);
    var others = new Trace(1);
    for (Trace trace : List.of(some, others)) {
      trace.record(1, "a", "");
      trace.record(2, trace == some ? "b" : "c", "");
    }
    assertThat(some.lines()).containsExactly("1 a ");
    assertThat(some.digest()).isNotEqualTo(others.digest()).hasSize(64);
    assertThat(some.difference(others)).contains("after 1 equal lines");
  }

  /** Fifty nodes, each with streams to three others, loss, and a partition that heals. */
  private static Trace gossip(long seed) throws IOException {
    VirtualClock clock = VirtualClock.shuffling(seed);
    var network = new SimNetwork(seed, clock);
    network.defaultLink(LinkProfile.DEFAULT.withLoss(0.02).withJitter(Duration.ofMillis(30)));
    var nodes = new ArrayList<SimNode>();
    var loops = new ArrayList<VirtualLoop>();
    for (int i = 0; i < 50; i++) {
      SimNode node = network.node("n" + i, "10.1.0." + (i + 1));
      var nodeLoop = new VirtualLoop(clock, "n" + i);
      node.listen(nodeLoop, new InetSocketAddress("0.0.0.0", 4001), socket -> new Echo());
      nodes.add(node);
      loops.add(nodeLoop);
    }
    var random = new SeededRandom(seed);
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 3; j++) {
        var to = new InetSocketAddress("10.1.0." + (random.nextInt(50) + 1), 4001);
        nodes.get(i).connect(loops.get(i), to, new Talker(random.nextInt(1, 20_000)));
      }
    }
    clock.advance(Duration.ofMillis(200));
    Partition partition = network.partition(nodes.subList(0, 25), nodes.subList(25, 50));
    clock.advance(Duration.ofSeconds(5));
    partition.heal();
    clock.advance(Duration.ofMinutes(10));
    assertThat(nodes).allMatch(node -> node.openStreams() == 0);
    return network.trace();
  }

  private void listen(InetSocketAddress at) throws IOException {
    bob.bindDatagram(
        loop,
        at,
        (socket, data, from) -> {
          heard.add(data.readableBytes() + " from " + Packet.text(from));
          data.release();
        });
  }

  private SimDatagramSocket bind(SimNode node, String address, int port) throws IOException {
    return node.bindDatagram(
        loop, new InetSocketAddress(address, port), (socket, data, from) -> data.release());
  }

  private void sendMany(int count) throws IOException {
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    for (int i = 0; i < count; i++) {
      send(socket, 1);
    }
    clock.advance(Duration.ofSeconds(1));
  }

  private void sendGrowing(int count) throws IOException {
    SimDatagramSocket socket = bind(alice, "10.0.0.1", 0);
    for (int i = 0; i < count; i++) {
      send(socket, i + 1);
    }
    clock.advance(Duration.ofSeconds(1));
  }

  private void send(SimDatagramSocket socket, int bytes) {
    loop.run(() -> trySend(socket, bytes, bobAddress));
  }

  private static void trySend(SimDatagramSocket socket, int bytes, InetSocketAddress to) {
    try {
      socket.send(ByteBufAllocator.DEFAULT.buffer(bytes).writeZero(bytes), to);
    } catch (IOException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private static class Echo implements SimStreamHandler {
    @Override
    public void onData(SimStreamSocket socket, ByteBuf data) {
      socket.write(data);
    }

    @Override
    public void onEnd(SimStreamSocket socket) {
      socket.shutdownOutput();
    }

    @Override
    public void onClosed(SimStreamSocket socket, @Nullable IOException cause) {}
  }

  private static final class Talker extends Echo {
    private final int bytes;

    Talker(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public void onConnected(SimStreamSocket socket) {
      socket.write(ByteBufAllocator.DEFAULT.buffer(bytes).writeZero(bytes));
      socket.shutdownOutput();
    }

    @Override
    public void onData(SimStreamSocket socket, ByteBuf data) {
      data.release();
    }
  }
}
