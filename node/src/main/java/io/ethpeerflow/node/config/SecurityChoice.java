package io.ethpeerflow.node.config;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import java.time.InstantSource;

/** The security protocols that can be chosen. */
public enum SecurityChoice {
  /** Noise XX. */
  NOISE {
    @Override
    SecurityProtocol create() {
      return new NoiseSecurity();
    }
  },
  /** TLS 1.3. */
  TLS {
    @Override
    SecurityProtocol create() {
      return new TlsSecurity(InstantSource.system());
    }
  };

  abstract SecurityProtocol create();
}
