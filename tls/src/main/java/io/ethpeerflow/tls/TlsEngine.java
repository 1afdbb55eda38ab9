package io.ethpeerflow.tls;

/** Whose {@link javax.net.ssl.SSLEngine} runs the handshake and protects the records. */
public enum TlsEngine {
  /**
   * What the system property {@value TlsConfig#ENGINE_PROPERTY} names, else the first of {@link
   * #TCNATIVE}, {@link #CONSCRYPT} and {@link #JDK} that is on the class path and runs here.
   */
  AUTO,
  /** The one of the JDK: always there. */
  JDK,
  /**
   * BoringSSL's, through Netty: the artifacts {@code netty-handler} and {@code
   * netty-tcnative-boringssl-static} with a classifier for the system. Peers whose certificate has
   * an Ed25519 key, of which none is known, are not reached.
   */
  TCNATIVE,
  /**
   * BoringSSL's, through Conscrypt: the artifact {@code conscrypt-openjdk-uber}. Each connection
   * costs two more file descriptors, for a pipe. Peers whose certificate has an Ed25519 key, of
   * which none is known, are not reached.
   */
  CONSCRYPT
}
