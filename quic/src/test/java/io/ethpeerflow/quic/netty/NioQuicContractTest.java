package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.suite.TransportContract;
import io.ethpeerflow.core.suite.TransportWorld;

/** {@link TransportContract} over QUIC on the JDK's sockets. */
class NioQuicContractTest extends TransportContract {
  @Override
  protected TransportWorld world() {
    var world = new QuicWorld(false);
    assertThat(world.isEpoll()).isFalse();
    return world;
  }
}
