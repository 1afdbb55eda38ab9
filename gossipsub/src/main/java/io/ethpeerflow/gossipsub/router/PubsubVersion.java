package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer speaks, as negotiated with it; later ones include what earlier ones can do. */
public enum PubsubVersion {
  /** No mesh: whoever subscribes to a topic gets every message of it. */
  FLOODSUB("/floodsub/1.0.0"),
  /** Mesh and gossip. */
  GOSSIPSUB_1_0("/meshsub/1.0.0"),
  /** Backoff and peer exchange. */
  GOSSIPSUB_1_1("/meshsub/1.1.0"),
  /** IDONTWANT. */
  GOSSIPSUB_1_2("/meshsub/1.2.0"),
  /** Extensions. */
  GOSSIPSUB_1_3("/meshsub/1.3.0");

  private final String id;

  PubsubVersion(String id) {
    this.id = id;
  }

  /** Its protocol id. */
  public ProtocolId protocol() {
    return ProtocolId.of(id);
  }

  /** All of them, the best first. */
  public static List<PubsubVersion> bestFirst() {
    return List.of(GOSSIPSUB_1_3, GOSSIPSUB_1_2, GOSSIPSUB_1_1, GOSSIPSUB_1_0, FLOODSUB);
  }

  /** The one of a protocol id, null for one that is none of these. */
  public static @Nullable PubsubVersion of(ProtocolId protocol) {
    for (PubsubVersion version : values()) {
      if (version.id.equals(protocol.toString())) {
        return version;
      }
    }
    return null;
  }

  /** Whether a peer of this version can be in a mesh. */
  public boolean hasMesh() {
    return this != FLOODSUB;
  }

  /** Whether PRUNE says for how long, and may recommend peers. */
  public boolean hasBackoff() {
    return compareTo(GOSSIPSUB_1_1) >= 0;
  }

  /** Whether IDONTWANT is known. */
  public boolean hasIdontwant() {
    return compareTo(GOSSIPSUB_1_2) >= 0;
  }

  /** Whether extensions are announced. */
  public boolean hasExtensions() {
    return compareTo(GOSSIPSUB_1_3) >= 0;
  }
}
