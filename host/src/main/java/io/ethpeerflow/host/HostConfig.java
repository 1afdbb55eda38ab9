package io.ethpeerflow.host;

import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.host.connections.ConnectionsConfig;
import io.ethpeerflow.host.dial.DialConfig;
import io.ethpeerflow.host.identify.IdentifyConfig;
import io.ethpeerflow.host.peerstore.PeerstoreConfig;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.host.swarm.SwarmConfig;
import io.ethpeerflow.host.upgrade.UpgradeConfig;

/**
 * Everything that can be set on a host but its identity and addresses.
 *
 * @param loopThreads event loops; 0, the default, takes one per processor, 8 at most
 * @param preferNative whether to use native epoll where its library is there; default true
 * @param agentVersion what identify tells of us; at most 256 characters
 * @param ping whether ping is answered, and within which limits
 * @param upgrade raw to muxed
 * @param swarm connections and streams
 * @param dial how peers are dialed
 * @param connections when connections are trimmed
 * @param identify identify and its push
 * @param limits the budget of connections, streams, memory and descriptors
 * @param peerstore what is remembered of peers
 */
public record HostConfig(
    int loopThreads,
    boolean preferNative,
    String agentVersion,
    PingConfig ping,
    UpgradeConfig upgrade,
    SwarmConfig swarm,
    DialConfig dial,
    ConnectionsConfig connections,
    IdentifyConfig identify,
    LimitsConfig limits,
    PeerstoreConfig peerstore) {
  /** The defaults. */
  public static final HostConfig DEFAULT =
      new HostConfig(
          0,
          true,
          "eth-peerflow/0.1.0",
          PingConfig.DEFAULT,
          UpgradeConfig.DEFAULT,
          SwarmConfig.DEFAULT,
          DialConfig.DEFAULT,
          ConnectionsConfig.DEFAULT,
          IdentifyConfig.DEFAULT,
          LimitsConfig.DEFAULT,
          PeerstoreConfig.DEFAULT);

  /** Checks each value. */
  public HostConfig {
    if (loopThreads < 0 || loopThreads > 1024) {
      throw new IllegalArgumentException("loopThreads: " + loopThreads + " is not 0 to 1024");
    }
    if (agentVersion.length() > 256) {
      throw new IllegalArgumentException(
          "agentVersion: " + agentVersion.length() + " characters > 256");
    }
  }

  /** With another {@link #loopThreads}. */
  public HostConfig withLoopThreads(int value) {
    return new HostConfig(
        value,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        swarm,
        dial,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #preferNative}. */
  public HostConfig withPreferNative(boolean value) {
    return new HostConfig(
        loopThreads,
        value,
        agentVersion,
        ping,
        upgrade,
        swarm,
        dial,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #agentVersion}. */
  public HostConfig withAgentVersion(String value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        value,
        ping,
        upgrade,
        swarm,
        dial,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #ping}. */
  public HostConfig withPing(PingConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        value,
        upgrade,
        swarm,
        dial,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #upgrade}. */
  public HostConfig withUpgrade(UpgradeConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        value,
        swarm,
        dial,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #swarm}. */
  public HostConfig withSwarm(SwarmConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        value,
        dial,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #dial}. */
  public HostConfig withDial(DialConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        swarm,
        value,
        connections,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #connections}. */
  public HostConfig withConnections(ConnectionsConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        swarm,
        dial,
        value,
        identify,
        limits,
        peerstore);
  }

  /** With another {@link #identify}. */
  public HostConfig withIdentify(IdentifyConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        swarm,
        dial,
        connections,
        value,
        limits,
        peerstore);
  }

  /** With another {@link #limits}. */
  public HostConfig withLimits(LimitsConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        swarm,
        dial,
        connections,
        identify,
        value,
        peerstore);
  }

  /** With another {@link #peerstore}. */
  public HostConfig withPeerstore(PeerstoreConfig value) {
    return new HostConfig(
        loopThreads,
        preferNative,
        agentVersion,
        ping,
        upgrade,
        swarm,
        dial,
        connections,
        identify,
        limits,
        value);
  }
}
