package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The security protocols; a host of ours in these tests offers exactly one, its peers offer all.
 */
public enum Security {
  /** Noise XX. */
  NOISE,
  /** TLS 1.3. */
  TLS;

  /** What the system property {@code peerflow.interop.security} names, or both. */
  public static Set<Security> chosen() {
    String only = System.getProperty("peerflow.interop.security", "");
    return only.isEmpty()
        ? EnumSet.allOf(Security.class)
        : EnumSet.of(valueOf(only.toUpperCase(Locale.ROOT)));
  }

  SecurityProtocol create() {
    return switch (this) {
      case NOISE -> new NoiseSecurity();
      case TLS -> new TlsSecurity(InstantSource.system());
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
