package io.ethpeerflow.host.upgrade;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a connection holds that is refused between its security handshake and its muxer, while the
 * remote, which is done, sends already: the leak check of the class says whether it was freed.
 */
@Timeout(60)
class RefusedUpgradeTest {
  private static final Gater NO_PEER =
      new Gater() {
        @Override
        public boolean allowSecured(Direction direction, PeerId peer, Multiaddr remote) {
          return false;
        }
      };

  static Stream<Arguments> securities() {
    return Stream.of(
        Arguments.of(Named.of("noise", new NoiseSecurity())),
        Arguments.of(Named.of("tls", new TlsSecurity(InstantSource.system()))));
  }

  @ParameterizedTest
  @MethodSource("securities")
  @Spec("connections/failed-upgrade")
  void aRefusedPeerLeavesNothingBehindAtTheListener(SecurityProtocol security) throws Exception {
    try (Host refusing =
            Libp2p.host()
                .security(security)
                .gater(NO_PEER)
                .listen("/ip4/127.0.0.1/tcp/0")
                .start()
                .join();
        Host dialing = Libp2p.host().security(security).start().join()) {
      for (int i = 0; i < 10; i++) {
        // the dialer is done first: it may see a connection that ends at once, or none
        dialing
            .connect(refusing.addrInfo())
            .thenCompose(connection -> connection.closed())
            .handle((reason, failure) -> true)
            .get(20, TimeUnit.SECONDS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("securities")
  void aRefusedPeerLeavesNothingBehindAtTheDialer(SecurityProtocol security) {
    try (Host listening =
            Libp2p.host().security(security).listen("/ip4/127.0.0.1/tcp/0").start().join();
        Host refusing = Libp2p.host().security(security).gater(NO_PEER).start().join()) {
      assertThatThrownBy(() -> refusing.connect(listening.addrInfo()).get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(DialException.class)
          .hasStackTraceContaining("gater");
    }
  }
}
