package io.ethpeerflow.testkit.attack;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A client of TLS 1.3 that stops where it is told: its flights come as bytes for the test to send,
 * cut, or replace. It trusts anyone. Once {@link #finish} was sent it is the secured wire.
 */
public final class TlsAttack implements Wire {
  private static final int HEADER_BYTES = 5;
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final byte[] NOTHING = {};

  private final Wire wire;
  private final SSLEngine engine;
  private final ByteBuffer sealed;
  private final ByteBuffer opened;
  private byte[] changeCipherSpec = NOTHING;
  private byte[] finish = NOTHING;

  /**
   * A client that has sent nothing.
   *
   * @param shown its certificate; null shows none
   */
  public TlsAttack(Wire wire, @Nullable TlsCertificate shown) {
    this.wire = wire;
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      KeyManager[] keys = shown == null ? null : new KeyManager[] {new Shows(shown)};
      context.init(keys, new TrustManager[] {new TrustsAnyone()}, new SecureRandom());
      engine = context.createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
    } catch (GeneralSecurityException | SSLException missing) {
      throw new IllegalStateException(missing);
    }
    sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
  }

  /** The ClientHello. */
  public byte[] hello() {
    return flight();
  }

  /** Reads all that the server says until it is the client's turn. */
  public void readFlight() {
    while (finish.length == 0) {
      switch (status()) {
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
        case NEED_WRAP -> {
          byte[] record = wrap(NOTHING);
          // the JDK has one ready as soon as the ServerHello came
          if (record[0] == CHANGE_CIPHER_SPEC) {
            changeCipherSpec = record;
          } else {
            finish = Bytes.join(changeCipherSpec, record, flight());
          }
        }
        default -> throw new AssertionError("the engine is " + status() + ", not done");
      }
    }
  }

  /** The client's second flight: certificate, its proof, Finished. After {@link #readFlight}. */
  public byte[] finish() {
    return finish.clone();
  }

  private byte[] flight() {
    byte[] flight = NOTHING;
    while (status() == HandshakeStatus.NEED_WRAP) {
      flight = Bytes.join(flight, wrap(NOTHING));
    }
    return flight;
  }

  private HandshakeStatus status() {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      engine.getDelegatedTask().run();
    }
    return engine.getHandshakeStatus();
  }

  private byte[] wrap(byte[] plain) {
    try {
      sealed.clear();
      engine.wrap(ByteBuffer.wrap(plain), sealed);
      return Arrays.copyOf(sealed.array(), sealed.position());
    } catch (SSLException refused) {
      throw new AssertionError("the attacker's own TLS refused", refused);
    }
  }

  private void unwrap() {
    byte[] header = wire.read(HEADER_BYTES);
    byte[] body = wire.read((header[3] & 0xff) << 8 | header[4] & 0xff);
    try {
      opened.compact();
      engine.unwrap(ByteBuffer.wrap(Bytes.join(header, body)), opened);
      opened.flip();
    } catch (SSLException refused) {
      throw new AssertionError("the server's record is not TLS, or an alert", refused);
    }
  }

  @Override
  public void write(byte[] bytes) {
    wire.write(wrap(bytes));
  }

  @Override
  public byte[] read(int bytes) {
    byte[] result = new byte[bytes];
    int have = 0;
    while (have < bytes) {
      if (!opened.hasRemaining()) {
        unwrap();
      }
      int part = Math.min(opened.remaining(), bytes - have);
      opened.get(result, have, part);
      have += part;
    }
    return result;
  }

  /** One certificate, whoever asks for whatever. */
  private static final class Shows extends X509ExtendedKeyManager {
    private static final String ALIAS = "attacker";

    private final TlsCertificate shown;

    Shows(TlsCertificate shown) {
      this.shown = shown;
    }

    @Override
    public String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
      return new String[0];
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {shown.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return shown.key();
    }
  }

  private static final class TrustsAnyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
