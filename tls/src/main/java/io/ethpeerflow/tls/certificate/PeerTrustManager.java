package io.ethpeerflow.tls.certificate;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Hands the chain of a remote, client or server, to a check of ours instead of the JDK's. No
 * authority is trusted and no name is looked at. Called on the handshake's path.
 */
public final class PeerTrustManager extends X509ExtendedTrustManager {
  private final EngineChainCheck check;

  /** Decides whether a remote is accepted, and is told whose remote it is. */
  @FunctionalInterface
  public interface EngineChainCheck {
    /**
     * Checks what a remote presents.
     *
     * @param engine the engine of the handshake, when there is one
     * @throws CertificateException when it is refused; ends the handshake with an alert
     */
    void check(X509Certificate[] chain, @Nullable SSLEngine engine) throws CertificateException;
  }

  /** Decides whether a remote is accepted. */
  @FunctionalInterface
  public interface ChainCheck {
    /**
     * Checks what a remote presents.
     *
     * @throws CertificateException when it is refused; ends the handshake with an alert
     */
    void check(X509Certificate[] chain) throws CertificateException;
  }

  /** A trust manager that asks {@code check}. */
  public PeerTrustManager(ChainCheck check) {
    this((chain, engine) -> check.check(chain));
  }

  /** A trust manager that asks {@code check}, for engines that several handshakes share. */
  public PeerTrustManager(EngineChainCheck check) {
    this.check = check;
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check.check(chain, engine);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check.check(chain, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    check.check(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    check.check(chain, null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check.check(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check.check(chain, null);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
