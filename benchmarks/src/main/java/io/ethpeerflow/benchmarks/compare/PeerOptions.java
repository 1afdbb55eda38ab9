package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The command line of a peer.
 *
 * @param listen where to listen; empty for a peer that only dials
 * @param security {@code noise} and {@code tls}, best first
 * @param earlyMuxer whether the muxer is offered within the security handshake
 * @param keyType of the identity
 * @param protocols further protocols that are served with an echo
 */
record PeerOptions(
    List<Multiaddr> listen,
    List<String> security,
    boolean earlyMuxer,
    KeyType keyType,
    List<ProtocolId> protocols) {

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException says what is wrong with which argument
   */
  static PeerOptions parse(String... arguments) {
    var listen = new ArrayList<Multiaddr>();
    List<String> security = List.of("noise", "tls");
    boolean earlyMuxer = true;
    KeyType keyType = KeyType.ED25519;
    var protocols = new ArrayList<ProtocolId>();
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (name.startsWith("/")) {
        listen.add(Multiaddr.of(name));
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(name + " has no value");
      }
      String value = arguments[++i];
      switch (name) {
        case "--listen" -> listen.add(Multiaddr.of(value));
        case "--security" -> security = items(value).toList();
        case "--early-muxer" -> earlyMuxer = isOn(value);
        case "--key-type" -> keyType = KeyType.valueOf(value.toUpperCase(Locale.ROOT));
        case "--protocols" -> items(value).map(ProtocolId::of).forEach(protocols::add);
        default -> throw new IllegalArgumentException("unknown argument " + name);
      }
    }
    security.forEach(PeerOptions::createSecurity);
    return new PeerOptions(List.copyOf(listen), security, earlyMuxer, keyType, protocols);
  }

  private static Stream<String> items(String list) {
    return Arrays.stream(list.split(",")).filter(item -> !item.isEmpty());
  }

  private static boolean isOn(String value) {
    return switch (value) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException("--early-muxer " + value + ": on or off");
    };
  }

  /** New instances of the security protocols, best first. */
  SecurityProtocol[] createSecurities() {
    return security.stream().map(PeerOptions::createSecurity).toArray(SecurityProtocol[]::new);
  }

  private static SecurityProtocol createSecurity(String name) {
    return switch (name) {
      case "noise" -> new NoiseSecurity();
      case "tls" -> new TlsSecurity(InstantSource.system());
      default -> throw new IllegalArgumentException("--security " + name + ": noise or tls");
    };
  }
}
