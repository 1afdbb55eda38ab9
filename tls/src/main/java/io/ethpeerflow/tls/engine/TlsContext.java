package io.ethpeerflow.tls.engine;

import io.ethpeerflow.tls.TlsConfig;
import io.ethpeerflow.tls.TlsEngine;
import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.tls.certificate.PeerTrustManager;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes engines for the connections of one identity. Any thread. */
public abstract sealed class TlsContext permits JdkTlsContext, ConscryptTlsContext {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);
  private static final AtomicReference<@Nullable TlsEngine> LOGGED = new AtomicReference<>();

  /**
   * Whose chain is being checked. A context is shared by connections and engines do not tell a
   * trust manager which of ours it works for; but the trust manager runs inside a call into the
   * engine, so that call can say it.
   */
  private static final ThreadLocal<PeerTrustManager.@Nullable ChainCheck> CURRENT =
      new ThreadLocal<>();

  /** What a TLS 1.3 record holds at most, in bytes. */
  static final int MAX_PLAINTEXT_BYTES = 1 << 14;

  /** The longest record, RFC 8446 section 5.2: header, plaintext, expansion. */
  static final int MAX_RECORD_BYTES = 5 + MAX_PLAINTEXT_BYTES + 256;

  /** Restricts the subclasses to this package. */
  TlsContext() {}

  /**
   * Makes the context of a certificate.
   *
   * @throws IllegalStateException when the engine is not there
   */
  public static TlsContext create(
      TlsEngine wanted, HostCertificate certificate, SecureRandom random) {
    TlsEngine engine = choose(wanted);
    if (LOGGED.getAndSet(engine) != engine) {
      LOG.info("tls engine={} configured={}", engine, wanted);
    }
    try {
      return engine == TlsEngine.CONSCRYPT
          ? new ConscryptTlsContext(certificate)
          : new JdkTlsContext(certificate, random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS 1.3 cannot run with engine " + engine, e);
    }
  }

  /**
   * Checks that an engine can be had.
   *
   * @throws IllegalStateException when it cannot
   */
  public static void requireAvailable(TlsEngine wanted) {
    choose(wanted);
  }

  private static TlsEngine choose(TlsEngine wanted) {
    TlsEngine named = wanted == TlsEngine.AUTO ? fromProperty() : wanted;
    return switch (named) {
      case AUTO -> conscryptRuns() ? TlsEngine.CONSCRYPT : TlsEngine.JDK;
      case JDK -> TlsEngine.JDK;
      case CONSCRYPT -> {
        if (!conscryptRuns()) {
          throw new IllegalStateException(
              "tls engine CONSCRYPT: the artifact conscrypt-openjdk-uber is not on the class path,"
                  + " or has no native library for this system");
        }
        yield TlsEngine.CONSCRYPT;
      }
    };
  }

  private static TlsEngine fromProperty() {
    String name = System.getProperty(TlsConfig.ENGINE_PROPERTY, "auto");
    try {
      return TlsEngine.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "system property "
              + TlsConfig.ENGINE_PROPERTY
              + ": "
              + name
              + " is not auto, jdk or conscrypt",
          e);
    }
  }

  private static boolean conscryptRuns() {
    try {
      return ConscryptTlsContext.isAvailable();
    } catch (LinkageError e) {
      return false;
    }
  }

  /**
   * Makes an engine: TLS 1.3 only, both sides authenticated, no tickets, no server name.
   *
   * @param client whether it plays the client
   * @param protocols for ALPN, best first
   * @param selector chooses as server; only asked when the client offers protocols
   */
  abstract SSLEngine newEngine(boolean client, List<String> protocols, AlpnSelector selector);

  /** Which engine it makes. */
  abstract TlsEngine kind();

  /** What the engine packs into one record, in bytes. */
  abstract int fragmentBytes();

  /** A buffer of the kind of memory that the engine works best on. Gives it. */
  abstract ByteBuf buffer(ByteBufAllocator allocator, int capacity);

  /** Whether a buffer is of that kind, in one piece. Borrows it. */
  abstract boolean suits(ByteBuf data);

  /** Runs something that may make the engine check the remote's chain. */
  static <E extends Exception> void checking(PeerTrustManager.ChainCheck check, EngineCall<E> call)
      throws E {
    PeerTrustManager.ChainCheck outer = CURRENT.get();
    CURRENT.set(check);
    try {
      call.run();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /** A call into an engine. */
  @FunctionalInterface
  interface EngineCall<E extends Exception> {
    void run() throws E;
  }

  /** For the shared trust manager. */
  static void checkCurrent(X509Certificate[] chain) throws CertificateException {
    PeerTrustManager.ChainCheck check = CURRENT.get();
    if (check == null) {
      throw new CertificateException("a chain was presented outside of a handshake");
    }
    check.check(chain);
  }
}
