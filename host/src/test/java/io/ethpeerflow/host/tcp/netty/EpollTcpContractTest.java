package io.ethpeerflow.host.tcp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.suite.TransportContract;
import io.ethpeerflow.core.suite.TransportWorld;

/** TCP with native epoll does what every transport has to do. */
class EpollTcpContractTest extends TransportContract {
  @Override
  protected TransportWorld world() {
    var world = new TcpWorld(/* preferNative= */ true);
    assertThat(world.isEpoll()).isEqualTo(true);
    return world;
  }
}
