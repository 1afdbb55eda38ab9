package io.ethpeerflow.host.tcp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.suite.TransportContract;
import io.ethpeerflow.core.suite.TransportWorld;

/** TCP with NIO does what every transport has to do. */
class NioTcpContractTest extends TransportContract {
  @Override
  protected TransportWorld world() {
    var world = new TcpWorld(/* preferNative= */ false);
    assertThat(world.isEpoll()).isEqualTo(false);
    return world;
  }
}
