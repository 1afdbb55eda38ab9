package io.ethpeerflow.host.abuse;

import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ScopeLimits;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.dial.DialConfig;
import io.ethpeerflow.host.identify.IdentifyConfig;
import io.ethpeerflow.host.swarm.SwarmConfig;
import io.ethpeerflow.host.upgrade.UpgradeConfig;
import io.ethpeerflow.yamux.YamuxConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a test sets on its victim; the rest is as shipped. Travels as program arguments.
 *
 * @param upgradeMillis deadline of raw to muxed
 * @param negotiationMillis deadline of an inbound stream's negotiation
 * @param identifyMillis deadline of an exchange of identify
 * @param keepAliveMillis interval and patience of Yamux' pings
 * @param memoryMebibytes the budget from which all limits are derived
 * @param connections limit of the system, 0 for what the budget gives
 * @param transients limit of connections without a peer, 0 for what the budget gives
 * @param peerConnections limit of one peer, 0 for what the budget gives
 * @param wastedMebibytes how much a remote of Yamux may send that brings nothing
 */
record VictimSettings(
    int upgradeMillis,
    int negotiationMillis,
    int identifyMillis,
    int keepAliveMillis,
    int memoryMebibytes,
    int connections,
    int transients,
    int peerConnections,
    int wastedMebibytes) {
  /** As shipped, but for budgets that an attack reaches in a moment. */
  static final VictimSettings DEFAULT =
      new VictimSettings(15_000, 10_000, 5_000, 0, 128, 0, 0, 0, 2);

  /** Deadlines of about a second. */
  static final VictimSettings HASTY =
      new VictimSettings(1_500, 1_500, 1_500, 1_000, 128, 0, 0, 0, 2);

  static VictimSettings parse(List<String> arguments) {
    int[] v = arguments.stream().mapToInt(Integer::parseInt).toArray();
    return new VictimSettings(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
  }

  List<String> arguments() {
    var all = new ArrayList<String>();
    for (int value :
        new int[] {
          upgradeMillis,
          negotiationMillis,
          identifyMillis,
          keepAliveMillis,
          memoryMebibytes,
          connections,
          transients,
          peerConnections,
          wastedMebibytes
        }) {
      all.add(Integer.toString(value));
    }
    return all;
  }

  VictimSettings withMemoryMebibytes(int mebibytes) {
    return new VictimSettings(
        upgradeMillis,
        negotiationMillis,
        identifyMillis,
        keepAliveMillis,
        mebibytes,
        connections,
        transients,
        peerConnections,
        wastedMebibytes);
  }

  VictimSettings withConnections(int system, int inHandshake, int perPeer) {
    return new VictimSettings(
        upgradeMillis,
        negotiationMillis,
        identifyMillis,
        keepAliveMillis,
        memoryMebibytes,
        system,
        inHandshake,
        perPeer,
        wastedMebibytes);
  }

  HostConfig host() {
    return HostConfig.DEFAULT
        .withLoopThreads(2)
        .withLimits(limits())
        .withDial(DialConfig.DEFAULT.withBackoff(Duration.ZERO, Duration.ZERO))
        .withUpgrade(UpgradeConfig.DEFAULT.withTimeout(Duration.ofMillis(upgradeMillis)))
        .withSwarm(
            new SwarmConfig(
                Duration.ofMillis(negotiationMillis), SwarmConfig.DEFAULT.supplantCheckInterval()))
        .withIdentify(IdentifyConfig.DEFAULT.withTimeout(Duration.ofMillis(identifyMillis)));
  }

  LimitsConfig limits() {
    LimitsConfig limits = LimitsConfig.scaled((long) memoryMebibytes << 20, 8192);
    return limits
        .withSystem(bounded(limits.system(), connections))
        .withTransients(bounded(limits.transients(), transients))
        .withPeer(bounded(limits.peer(), peerConnections));
  }

  private static ScopeLimits bounded(ScopeLimits scope, int connections) {
    return connections == 0
        ? scope
        : scope.withConnections(connections, connections, connections).withDescriptors(connections);
  }

  YamuxConfig yamux() {
    YamuxConfig.Flood flood = YamuxConfig.Flood.DEFAULT;
    YamuxConfig yamux =
        YamuxConfig.DEFAULT.withFlood(
            new YamuxConfig.Flood(
                (long) wastedMebibytes << 20,
                flood.wastedBytesPerSecond(),
                flood.resets(),
                flood.resetsPerSecond()));
    if (keepAliveMillis == 0) {
      return yamux;
    }
    Duration patience = Duration.ofMillis(keepAliveMillis);
    return yamux.withKeepAlive(new YamuxConfig.KeepAlive(patience, patience));
  }
}
