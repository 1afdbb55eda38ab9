package io.ethpeerflow.host.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.wire.peer.PeerId;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class ConnectionOrderTest {
  private static final PeerId LOW =
      PeerId.of("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
  private static final PeerId HIGH =
      PeerId.of("12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo");

  private static Connection connection(PeerId remote, Direction direction, boolean limited) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "remotePeer" -> remote;
                  case "direction" -> direction;
                  case "isLimited" -> limited;
                  default -> throw new AssertionError(method);
                });
  }

  @Test
  void bothSidesOfASimultaneousDialChooseTheSameConnection() {
    PeerId first = LOW.compareTo(HIGH) < 0 ? LOW : HIGH;
    PeerId second = first.equals(LOW) ? HIGH : LOW;
    var atFirst = new ConnectionOrder(first);
    var atSecond = new ConnectionOrder(second);
    // dialed by the peer with the lower id, as each side sees it
    Connection winnerAtFirst = connection(second, Direction.OUTBOUND, false);
    Connection loserAtFirst = connection(second, Direction.INBOUND, false);
    Connection winnerAtSecond = connection(first, Direction.INBOUND, false);
    Connection loserAtSecond = connection(first, Direction.OUTBOUND, false);

    assertThat(atFirst.compare(winnerAtFirst, loserAtFirst)).isNegative();
    assertThat(atSecond.compare(winnerAtSecond, loserAtSecond)).isNegative();
    assertThat(atFirst.isSupplantedBy(loserAtFirst, winnerAtFirst)).isTrue();
    assertThat(atSecond.isSupplantedBy(loserAtSecond, winnerAtSecond)).isTrue();
    assertThat(atFirst.isSupplantedBy(winnerAtFirst, loserAtFirst)).isFalse();
  }

  @Test
  void anUnlimitedConnectionGoesFirst() {
    var order = new ConnectionOrder(LOW);
    for (Direction direction : Direction.values()) {
      Connection limited = connection(HIGH, direction, true);
      Connection direct = connection(HIGH, Direction.INBOUND, false);
      assertThat(order.compare(direct, limited)).isNegative();
    }
  }

  @Test
  void twoConnectionsOfTheSameDirectionDoNotSupplantEachOther() {
    var order = new ConnectionOrder(LOW);
    Connection one = connection(HIGH, Direction.OUTBOUND, false);
    Connection two = connection(HIGH, Direction.OUTBOUND, false);
    assertThat(order.isSupplantedBy(one, two)).isFalse();
    assertThat(order.isSupplantedBy(two, one)).isFalse();
  }
}
