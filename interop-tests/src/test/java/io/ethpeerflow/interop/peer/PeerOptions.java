package io.ethpeerflow.interop.peer;

import io.ethpeerflow.wire.crypto.KeyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a peer program is started.
 *
 * @param keyType of its identity
 * @param earlyMuxer whether it offers its muxer within the security handshake, where it can
 * @param pubsub what pubsub it serves; null for none
 */
public record PeerOptions(KeyType keyType, boolean earlyMuxer, @Nullable PubsubOptions pubsub) {
  /** What most scenarios use. */
  public static final PeerOptions DEFAULT = new PeerOptions(KeyType.ED25519, true, null);

  /** With another {@link #keyType}. */
  public PeerOptions withKeyType(KeyType other) {
    return new PeerOptions(other, earlyMuxer, pubsub);
  }

  /** With another {@link #earlyMuxer}. */
  public PeerOptions withEarlyMuxer(boolean early) {
    return new PeerOptions(keyType, early, pubsub);
  }

  /** With {@link #pubsub}. */
  public PeerOptions withPubsub(PubsubOptions served) {
    return new PeerOptions(keyType, earlyMuxer, served);
  }

  List<String> arguments() {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("--security", "noise,tls"));
    arguments.addAll(List.of("--early-muxer", earlyMuxer ? "on" : "off"));
    arguments.addAll(List.of("--key-type", keyType.name().toLowerCase(Locale.ROOT)));
    if (pubsub != null) {
      arguments.addAll(pubsub.arguments());
    }
    return arguments;
  }
}
