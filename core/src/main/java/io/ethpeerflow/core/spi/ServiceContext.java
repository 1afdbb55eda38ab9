package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.security.SecureRandom;

/** What a host gives to services that run on it, such as pubsub and routing. Any thread. */
public interface ServiceContext {
  /** The identity key: the host proves with it who it is, services sign with it. */
  PrivateKey identity();

  /** The host's loops. A service takes one and does all its work there. */
  Loops loops();

  /** For keys and nonces. */
  SecureRandom random();

  /** Where to count. */
  Metrics metrics();
}
