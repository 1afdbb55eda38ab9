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
  private final ChainCheck check;

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
    this.check = check;
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check.check(chain);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check.check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    check.check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    check.check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check.check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check.check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
