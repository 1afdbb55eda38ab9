package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.suite.TransportContract;
import io.ethpeerflow.core.suite.TransportWorld;

/** {@link TransportContract} over QUIC on native sockets. */
class EpollQuicContractTest extends TransportContract {
  @Override
  protected TransportWorld world() {
    var world = new QuicWorld(true);
    assertThat(world.isEpoll()).isTrue();
    return world;
  }
}
