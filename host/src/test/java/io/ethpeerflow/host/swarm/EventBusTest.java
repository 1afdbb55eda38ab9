package io.ethpeerflow.host.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBusTest {
  private static final PeerId PEER =
      PeerId.of(PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey());

  private final VirtualClock clock = new VirtualClock();
  private final EventBus bus = new EventBus(new SimLoop(clock, "host"));
  private final List<HostEvent> heard = new ArrayList<>();

  private static HostEvent connected() {
    return new HostEvent.PeerConnected(PEER);
  }

  private static HostEvent disconnected() {
    return new HostEvent.PeerDisconnected(PEER);
  }

  @Test
  void deliversOnItsLoopInTheOrderOfPublication() {
    bus.on(HostEvent.class, heard::add);
    List<HostEvent> published = List.of(connected(), disconnected(), connected());
    published.forEach(bus::publish);
    assertThat(heard).isEmpty();
    clock.runDue();
    assertThat(heard).isEqualTo(published);
  }

  @Test
  void doesNotWakeTheLoopForWhatNobodyWants() {
    bus.on(HostEvent.PeerConnected.class, heard::add);
    bus.publish(disconnected());
    assertThat(clock.pending()).isZero();
    bus.publish(connected());
    assertThat(clock.pending()).isEqualTo(1);
    clock.runDue();
    assertThat(heard).containsExactly(connected());
  }

  @Test
  void saysNothingToWhoHasLeftBeforeDelivery() {
    Registration registration = bus.on(HostEvent.class, heard::add);
    bus.publish(connected());
    registration.close();
    clock.runDue();
    assertThat(heard).isEmpty();
  }

  @Test
  void goesOnBehindAListenerThatFails() {
    bus.on(
        HostEvent.class,
        event -> {
          throw new IllegalStateException("a listener's bug");
        });
    bus.on(HostEvent.class, heard::add);
    bus.publish(connected());
    clock.runDue();
    assertThat(heard).containsExactly(connected());
  }
}
