package io.ethpeerflow.interop.peer;

import io.ethpeerflow.wire.crypto.KeyType;
import java.util.List;
import java.util.Locale;

/**
 * How a peer program is started.
 *
 * @param keyType of its identity
 * @param earlyMuxer whether it offers its muxer within the security handshake, where it can
 */
public record PeerOptions(KeyType keyType, boolean earlyMuxer) {
  /** What most scenarios use. */
  public static final PeerOptions DEFAULT = new PeerOptions(KeyType.ED25519, true);

  /** With another {@link #keyType}. */
  public PeerOptions withKeyType(KeyType other) {
    return new PeerOptions(other, earlyMuxer);
  }

  /** With another {@link #earlyMuxer}. */
  public PeerOptions withEarlyMuxer(boolean early) {
    return new PeerOptions(keyType, early);
  }

  List<String> arguments() {
    return List.of(
        "--security",
        "noise,tls",
        "--early-muxer",
        earlyMuxer ? "on" : "off",
        "--key-type",
        keyType.name().toLowerCase(Locale.ROOT));
  }
}
