package io.ethpeerflow.tls.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses a protocol as server, and remembers that there was none in common. */
final class AlpnSelector {
  private final List<String> supported;
  private boolean noneInCommon;

  AlpnSelector(List<String> supported) {
    this.supported = supported;
  }

  /** The client's first that we support, or null. */
  @Nullable String select(List<String> offered) {
    // [spec inlined-muxers/tls-order] the client's order decides
    for (String protocol : offered) {
      if (supported.contains(protocol)) {
        return protocol;
      }
    }
    noneInCommon = true;
    return null;
  }

  /** Whether the client offered protocols and none was supported. */
  boolean noneInCommon() {
    return noneInCommon;
  }
}
