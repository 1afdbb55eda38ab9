package io.ethpeerflow.tls;

/** Whose {@link javax.net.ssl.SSLEngine} runs the handshake and protects the records. */
public enum TlsEngine {
  /**
   * What the system property {@value TlsConfig#ENGINE_PROPERTY} names, else {@link #CONSCRYPT} when
   * it is on the class path and runs here, else {@link #JDK}.
   */
  AUTO,
  /** The one of the JDK: always there. */
  JDK,
  /** BoringSSL's, through Conscrypt: the artifact {@code conscrypt-openjdk-uber}. */
  CONSCRYPT
}
