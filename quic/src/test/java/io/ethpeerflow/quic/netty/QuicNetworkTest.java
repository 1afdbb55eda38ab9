package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.quic.QuicCongestionControl;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.relay.UdpLane;
import io.ethpeerflow.testkit.relay.UdpRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transfers over a network that loses, delays, reorders, doubles, pauses and renames. */
class QuicNetworkTest {
  private static final int MIB = 1 << 20;

  /** A rate that follows from the path and not from each loss, of which there are many here. */
  private final QuicPair pair =
      new QuicPair(QuicConfig.DEFAULT.withPath(8952, 44, QuicCongestionControl.BBR));

  private UdpRelay relay;
  private MuxedConnection connection;

  @BeforeEach
  void connects() throws IOException {
    var server = Objects.requireNonNull(pair.listener.listen().address().socketAddress());
    relay = new UdpRelay(server, 7);
    connection = pair.dialer.dial(QuicAddresses.ofSocket(relay.address()));
  }

  @AfterEach
  void leavesNothing() {
    connection.close(ConnectionErrorCode.NO_ERROR);
    Await.until("idle", QuicPair.LIMIT, () -> pair.dialer.limits.usage().isIdle());
    pair.close();
    relay.close();
  }

  private List<UdpLane> lanes() {
    return List.of(relay.toTarget(), relay.toClient());
  }

  private void transfer(long bytes, Runnable meanwhile) {
    Transfer.run(pair, connection, bytes, meanwhile);
  }

  @Test
  void aTransferSurvivesLossDelayReorderingDoublingAnOutageAndAnotherAddress() {
    lanes()
        .forEach(
            lane ->
                lane.drop(0.05)
                    .delay(Duration.ofMillis(50))
                    .reorder(0.02, Duration.ofMillis(20))
                    .duplicate(0.01));
    transfer(
        64L * MIB,
        () -> {
          lanes().forEach(lane -> lane.drop(1));
          pause(Duration.ofSeconds(10));
          lanes().forEach(lane -> lane.drop(0.05));
          rebind();
        });
  }

  @Test
  void aClientWhoseAddressChangesKeepsItsConnection() {
    transfer(16L * MIB, this::rebind);
    assertThat(connection.closed()).isNotDone();
    assertThat(pair.listener.accepted).hasSize(1);
  }

  private void rebind() {
    try {
      relay.rebind(InetAddress.getByName("127.0.0.2"));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private void pause(Duration time) {
    var over = new CompletableFuture<Void>();
    connection.loop().schedule(time.toNanos(), () -> over.complete(null));
    Await.done(Transfer.PATIENCE, over);
  }
}
