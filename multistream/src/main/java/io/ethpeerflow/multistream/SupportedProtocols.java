package io.ethpeerflow.multistream;

import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What a listener accepts. Asked on the thread that feeds the listener. */
public interface SupportedProtocols {
  /** Whether a proposal is accepted. */
  boolean supports(ProtocolId protocol);

  /** What an {@code ls} is answered with, in that order. */
  Collection<ProtocolId> listing();

  /** A fixed set. */
  static SupportedProtocols of(Collection<ProtocolId> protocols) {
    Set<ProtocolId> accepted = Set.copyOf(protocols);
    var listing = List.copyOf(protocols);
    return new SupportedProtocols() {
      @Override
      public boolean supports(ProtocolId protocol) {
        return accepted.contains(protocol);
      }

      @Override
      public Collection<ProtocolId> listing() {
        return listing;
      }
    };
  }
}
