package io.ethpeerflow.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.await.Await;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UdpRelayTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int MANY = 200;

  private final DatagramSocket target = bind();
  private final DatagramSocket client = bind();
  private final UdpRelay relay = relayTo(target);
  private long received;

  @BeforeEach
  void limitReads() throws IOException {
    target.setSoTimeout((int) LONG.toMillis());
    client.setSoTimeout((int) LONG.toMillis());
  }

  @AfterEach
  void close() {
    relay.close();
    target.close();
    client.close();
  }

  @Test
  void forwardsBothWays() throws IOException {
    send(7);
    DatagramPacket asked = receive(target);
    assertThat(asked.getData()[0]).isEqualTo((byte) 7);
    answer(asked.getSocketAddress(), 8);
    DatagramPacket answered = receive(client);
    assertThat(answered.getData()[0]).isEqualTo((byte) 8);
    assertThat(answered.getSocketAddress()).isEqualTo(relay.address());
    assertThat(relay.clients()).isEqualTo(1);
  }

  @Test
  void keepsClientsApart() throws IOException {
    try (DatagramSocket other = bind()) {
      send(1);
      SocketAddress first = receive(target).getSocketAddress();
      other.send(new DatagramPacket(new byte[] {2}, 1, relay.address()));
      SocketAddress second = receive(target).getSocketAddress();
      assertThat(second).isNotEqualTo(first);
      answer(second, 3);
      other.setSoTimeout((int) LONG.toMillis());
      assertThat(receive(other).getData()[0]).isEqualTo((byte) 3);
    }
  }

  @Test
  void movesTheClientToANewPort() throws IOException {
    send(1);
    SocketAddress before = receive(target).getSocketAddress();
    relay.rebind();
    send(2);
    SocketAddress after = receive(target).getSocketAddress();
    assertThat(after).isNotEqualTo(before);
    answer(before, 3);
    answer(after, 4);
    assertThat(receive(client).getData()[0]).isEqualTo((byte) 4);
  }

  @Test
  void movesTheClientToANewAddress() throws IOException {
    send(1);
    receive(target);
    relay.rebind(InetAddress.getByName("127.0.0.2"));
    send(2);
    var moved = (InetSocketAddress) receive(target).getSocketAddress();
    assertThat(moved.getAddress().getHostAddress()).isEqualTo("127.0.0.2");
    answer(moved, 4);
    assertThat(receive(client).getData()[0]).isEqualTo((byte) 4);
  }

  @Test
  void dropsAllOrAShareTheSameWayForTheSameSeed() throws IOException {
    relay.toTarget().drop(0.5);
    sendMany();
    List<Integer> arrived = receiveAll(relay, MANY);
    assertThat(arrived).hasSizeBetween(MANY / 4, 3 * MANY / 4).isSorted();
    try (UdpRelay again = relayTo(target)) {
      again.toTarget().drop(0.5);
      for (int i = 0; i < MANY; i++) {
        client.send(new DatagramPacket(new byte[] {(byte) i}, 1, again.address()));
      }
      assertThat(receiveAll(again, MANY)).isEqualTo(arrived);
    }
    relay.toTarget().drop(1);
    sendMany();
    assertThat(receiveAll(relay, 2 * MANY)).isEmpty();
  }

  @Test
  void duplicates() throws IOException {
    relay.toTarget().duplicate(1);
    send(5);
    assertThat(receiveAll(relay, 2)).containsExactly(5, 5);
    assertThat(relay.forwardedToTarget()).isEqualTo(2);
  }

  @Test
  void reorders() throws IOException {
    relay.toTarget().reorder(0.3, Duration.ofMillis(50));
    sendMany();
    List<Integer> arrived = receiveAll(relay, MANY);
    assertThat(arrived).hasSize(MANY);
    assertThat(arrived).isNotEqualTo(arrived.stream().sorted().toList());
  }

  @Test
  void delays() throws IOException {
    relay.toClient().delay(Duration.ofMillis(120));
    send(1);
    SocketAddress from = receive(target).getSocketAddress();
    long start = System.nanoTime();
    answer(from, 2);
    receive(client);
    assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(120);
  }

  @Test
  void capsTheBandwidthAndDropsWhatDoesNotFit() throws IOException {
    relay.toTarget().bandwidth(100_000, 3_000);
    for (int i = 0; i < 20; i++) {
      client.send(new DatagramPacket(new byte[1000], 1000, relay.address()));
    }
    assertThat(receiveAll(relay, 20)).hasSizeBetween(4, 16);
  }

  @Test
  void dropsDatagramsLargerThanTheMtu() throws IOException {
    relay.toTarget().mtu(1200);
    client.send(new DatagramPacket(new byte[1201], 1201, relay.address()));
    client.send(new DatagramPacket(new byte[1200], 1200, relay.address()));
    assertThat(receive(target).getLength()).isEqualTo(1200);
  }

  @Test
  void survivesATargetThatIsNotThere() throws IOException {
    target.close();
    send(1);
    send(2);
    Await.until(LONG, () -> relay.forwardedToTarget() >= 1);
    assertThat(relay.clients()).isEqualTo(1);
  }

  @Test
  void refusesImpossibleShares() {
    assertThatThrownBy(() -> relay.toTarget().drop(1.5)).hasMessageContaining("share: 1.5");
    assertThatThrownBy(() -> relay.toTarget().duplicate(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void send(int value) throws IOException {
    client.send(new DatagramPacket(new byte[] {(byte) value}, 1, relay.address()));
  }

  private void sendMany() throws IOException {
    for (int i = 0; i < MANY; i++) {
      send(i);
    }
  }

  private void answer(SocketAddress to, int value) throws IOException {
    target.send(new DatagramPacket(new byte[] {(byte) value}, 1, to));
  }

  private static DatagramPacket receive(DatagramSocket at) throws IOException {
    var packet = new DatagramPacket(new byte[2000], 2000);
    at.receive(packet);
    return packet;
  }

  /** First bytes of what the relay passes on, once it has decided on all that was sent. */
  private List<Integer> receiveAll(UdpRelay through, int decided) throws IOException {
    Await.until(LONG, () -> through.forwardedToTarget() + through.droppedToTarget() == decided);
    var values = new ArrayList<Integer>();
    long before = through == relay ? received : 0;
    for (long left = through.forwardedToTarget() - before; left > 0; left--) {
      values.add(receive(target).getData()[0] & 0xff);
    }
    received = through == relay ? through.forwardedToTarget() : received;
    return values;
  }

  private static DatagramSocket bind() {
    try {
      return new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    } catch (IOException noLoopback) {
      throw new AssertionError(noLoopback);
    }
  }

  private static UdpRelay relayTo(DatagramSocket target) {
    try {
      return new UdpRelay((InetSocketAddress) target.getLocalSocketAddress(), 9);
    } catch (IOException noLoopback) {
      throw new AssertionError(noLoopback);
    }
  }
}
