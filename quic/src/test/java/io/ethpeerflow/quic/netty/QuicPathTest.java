package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.relay.UdpRelay;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths that lose datagrams above a length. */
class QuicPathTest {
  private static final long TRANSFERRED_BYTES = 4 << 20;

  private final QuicPair pair = new QuicPair(QuicConfig.DEFAULT);

  @AfterEach
  void closes() {
    pair.close();
  }

  @ParameterizedTest
  @CsvSource({"1200, 1200", "1280, 1250", "1400, 1350", "1452, 1430", "4000, 3500", "65535, 8952"})
  @Spec("quic/path-mtu")
  void theLongestDatagramThatAPathTakesIsFound(int longest, int least) throws IOException {
    var server = Objects.requireNonNull(pair.listener.listen().address().socketAddress());
    try (var relay = new UdpRelay(server, 7)) {
      relay.toTarget().mtu(longest);
      relay.toClient().mtu(longest);
      MuxedConnection connection = pair.dialer.dial(QuicAddresses.ofSocket(relay.address()));
      Transfer.run(
          pair,
          connection,
          TRANSFERRED_BYTES,
          () -> {
            assertFound(connection, least, longest);
            assertFound(pair.listener.accepted.get(0), least, longest);
          });
      connection.close(ConnectionErrorCode.NO_ERROR);
    }
  }

  private static void assertFound(MuxedConnection connection, long least, long longest) {
    Await.untilAsserted(
        QuicPair.LIMIT, () -> assertThat(datagramBytes(connection)).isBetween(least, longest));
  }

  private static long datagramBytes(MuxedConnection connection) {
    var channel = ((QuicConnection) connection).channel();
    return Objects.requireNonNull(channel.collectPathStats(0).syncUninterruptibly().getNow())
        .pmtu();
  }
}
