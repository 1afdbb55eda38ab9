package io.ethpeerflow.tls.engine;

import io.ethpeerflow.tls.TlsConfig;
import io.ethpeerflow.tls.TlsEngine;
import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.tls.certificate.PeerTrustManager;
import io.ethpeerflow.tls.netty.TcnativeTlsContext;
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
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes engines for the connections of one identity. Any thread. */
public abstract class TlsContext implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);
  private static final AtomicReference<@Nullable TlsEngine> LOGGED = new AtomicReference<>();

  /**
   * Whose chain is being checked. A context is shared by connections and engines do not tell a
   * trust manager which of ours it works for; but the trust manager runs inside a call into the
   * engine, so that call can say it.
   */
  private static final ThreadLocal<Current> CURRENT = ThreadLocal.withInitial(Current::new);

  /** Stays with its thread, so that a call does not change the thread's table. */
  private static final class Current {
    private PeerTrustManager.@Nullable ChainCheck check;
  }

  /** What a TLS 1.3 record holds at most, in bytes. */
  protected static final int MAX_PLAINTEXT_BYTES = 1 << 14;

  /** The longest record, RFC 8446 section 5.2: header, plaintext, expansion. */
  static final int MAX_RECORD_BYTES = 5 + MAX_PLAINTEXT_BYTES + 256;

  /** For one certificate. */
  protected TlsContext() {}

  /**
   * Makes the context of a certificate.
   *
   * @param handsOutTasks whether engines hand out signatures and the check of the chain as tasks;
   *     those that have the choice are spared the detour when they need not
   * @throws IllegalStateException when the engine is not there
   */
  public static TlsContext create(
      TlsEngine wanted, HostCertificate certificate, SecureRandom random, boolean handsOutTasks) {
    TlsEngine engine = choose(wanted);
    if (LOGGED.getAndSet(engine) != engine) {
      LOG.info("tls engine={} configured={}", engine, wanted);
    }
    try {
      return switch (engine) {
        case TCNATIVE -> new TcnativeTlsContext(certificate, handsOutTasks);
        case CONSCRYPT -> new ConscryptTlsContext(certificate);
        case AUTO, JDK -> new JdkTlsContext(certificate, random);
      };
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
    if (named != TlsEngine.AUTO) {
      if (!runs(named)) {
        throw new IllegalStateException(
            "tls engine "
                + named
                + ": its artifact is not on the class path, or has no native"
                + " library for this system");
      }
      return named;
    }
    for (TlsEngine engine : List.of(TlsEngine.TCNATIVE, TlsEngine.CONSCRYPT)) {
      if (runs(engine)) {
        return engine;
      }
    }
    return TlsEngine.JDK;
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
              + " is not auto, jdk, tcnative or conscrypt",
          e);
    }
  }

  private static boolean runs(TlsEngine engine) {
    try {
      return switch (engine) {
        case TCNATIVE -> TcnativeTlsContext.isAvailable();
        case CONSCRYPT -> ConscryptTlsContext.isAvailable();
        case AUTO, JDK -> true;
      };
    } catch (LinkageError e) {
      return false;
    }
  }

  /**
   * Makes a client's engine: TLS 1.3 only, with our certificate, no tickets, no server name.
   *
   * @param protocols for ALPN, best first
   */
  protected abstract SSLEngine clientEngine(ByteBufAllocator allocator, List<String> protocols)
      throws SSLException;

  /**
   * Makes a server's engine: TLS 1.3 only, which demands a certificate and gives no tickets.
   *
   * @param protocol what ALPN has to agree on; null when the client offers nothing
   */
  protected abstract SSLEngine serverEngine(ByteBufAllocator allocator, @Nullable String protocol)
      throws SSLException;

  /** Which engine it makes. */
  protected abstract TlsEngine kind();

  /** What the engine packs into one record, in bytes. */
  protected abstract int fragmentBytes();

  /** Whether the engine packs several sources into one record. */
  protected boolean gathers() {
    return true;
  }

  /** Whether the engine wants no more room for a record than that record may need. */
  protected boolean tight() {
    return false;
  }

  /**
   * Makes ready what the next client's engine can be made from, at a moment when a client waits for
   * its server anyway.
   *
   * @param protocols as for {@link #clientEngine}
   */
  protected void prepareClient(ByteBufAllocator allocator, List<String> protocols) {}

  /** A buffer of the kind of memory that the engine works best on. Gives it. */
  protected abstract ByteBuf buffer(ByteBufAllocator allocator, int capacity);

  /** Whether a buffer is of that kind, in one piece. Borrows it. */
  protected abstract boolean suits(ByteBuf data);

  /**
   * Frees at once what an engine holds off the heap, whatever state it is in; it is not used after.
   *
   * @return false when this engine has to be closed for that, in both directions
   */
  protected boolean free(SSLEngine engine) {
    return false;
  }

  /** Frees what engines share, where that is not left to the garbage collector. */
  @Override
  public void close() {}

  /** Runs something that may make the engine check the remote's chain. */
  static <E extends Exception> void checking(PeerTrustManager.ChainCheck check, EngineCall<E> call)
      throws E {
    Current current = CURRENT.get();
    PeerTrustManager.ChainCheck outer = current.check;
    current.check = check;
    try {
      call.run();
    } finally {
      current.check = outer;
    }
  }

  /** A call into an engine. */
  @FunctionalInterface
  interface EngineCall<E extends Exception> {
    void run() throws E;
  }

  /** For the shared trust manager. */
  protected static void checkCurrent(X509Certificate[] chain) throws CertificateException {
    PeerTrustManager.ChainCheck check = CURRENT.get().check;
    if (check == null) {
      throw new CertificateException("a chain was presented outside of a handshake");
    }
    check.check(chain);
  }
}
