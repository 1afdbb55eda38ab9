package io.ethpeerflow.tls;

import io.ethpeerflow.core.sim.MemoryLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.tls.certificate.PeerTrustManager;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A peer that does TLS as it likes: the JDK's engine, set up by the test, trusting anyone. */
final class RawPeer implements ByteReceiver {
  private final MemoryLink link;
  private final SSLEngine engine;
  private final ByteBuffer network = ByteBuffer.allocate(1 << 18);
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private boolean handshakeDone;
  private @Nullable Exception failure;

  RawPeer(MemoryLink link, SSLEngine engine) {
    this.link = link;
    this.engine = engine;
  }

  /** An engine with any chain, or with none. */
  static SSLEngine engine(
      boolean client,
      @Nullable KeyPair keys,
      X509Certificate[] chain,
      Consumer<SSLParameters> setUp) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] managers =
          keys == null ? null : new KeyManager[] {new ChainManager(keys, chain)};
      context.init(
          managers, new TrustManager[] {new PeerTrustManager(anyone -> {})}, TlsPair.RANDOM);
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(client);
      SSLParameters parameters = engine.getSSLParameters();
      setUp.accept(parameters);
      engine.setSSLParameters(parameters);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Presents its chain whatever is asked for. */
  private static final class ChainManager extends javax.net.ssl.X509ExtendedKeyManager {
    private final KeyPair keys;
    private final X509Certificate[] chain;

    ChainManager(KeyPair keys, X509Certificate[] chain) {
      this.keys = keys;
      this.chain = chain;
    }

    private @Nullable String alias(String... types) {
      String own = keys.getPrivate().getAlgorithm();
      for (String type : types) {
        if (type.startsWith(own) || type.startsWith("Ed") && own.startsWith("Ed")) {
          return "own";
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, java.security.Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(types);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, java.security.Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(type);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types,
        java.security.Principal @Nullable [] issuers,
        java.net.@Nullable Socket socket) {
      return alias(types);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, java.security.Principal @Nullable [] issuers, java.net.@Nullable Socket s) {
      return alias(type);
    }

    @Override
    public String[] getClientAliases(String type, java.security.Principal @Nullable [] issuers) {
      return new String[] {"own"};
    }

    @Override
    public String[] getServerAliases(String type, java.security.Principal @Nullable [] issuers) {
      return new String[] {"own"};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain;
    }

    @Override
    public java.security.PrivateKey getPrivateKey(String alias) {
      return keys.getPrivate();
    }
  }

  void start() {
    link.receiver(this);
    advance();
  }

  @Override
  public void onData(ByteBuf data) {
    data.readBytes(network.limit(network.position() + data.readableBytes()));
    network.limit(network.capacity());
    data.release();
    advance();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {}

  private void advance() {
    try {
      if (!handshakeDone && engine.getHandshakeStatus() == NOT_HANDSHAKING) {
        engine.beginHandshake();
      }
      while (step()) {}
    } catch (SSLException e) {
      failure = failure == null ? e : failure;
      engine.closeOutbound();
      wrapAll();
    }
    link.flush();
  }

  private static final SSLEngineResult.HandshakeStatus NOT_HANDSHAKING =
      SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;

  private boolean step() throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
          task.run();
          task = engine.getDelegatedTask();
        }
        return true;
      }
      case NEED_WRAP -> {
        return wrap(new byte[0]) > 0;
      }
      default -> {
        handshakeDone |= engine.getHandshakeStatus() == NOT_HANDSHAKING;
        ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        network.flip();
        SSLEngineResult result = engine.unwrap(network, plain);
        network.compact();
        received.write(plain.array(), 0, plain.position());
        return result.bytesConsumed() > 0;
      }
    }
  }

  /** Seals bytes, or lets the engine say what it has to. */
  int wrap(byte[] data) throws SSLException {
    ByteBuffer source = ByteBuffer.wrap(data);
    int produced = 0;
    do {
      ByteBuffer target = ByteBuffer.allocate(1 << 16);
      SSLEngineResult result = engine.wrap(source, target);
      produced += result.bytesProduced();
      link.write(Unpooled.wrappedBuffer(target.flip()));
      if (result.bytesProduced() == 0) {
        break;
      }
    } while (source.hasRemaining());
    return produced;
  }

  private void wrapAll() {
    try {
      for (int i = 0; i < 4 && wrap(new byte[0]) > 0; i++) {}
    } catch (SSLException e) {
      failure = failure == null ? e : failure;
    }
  }

  void send(String text) {
    try {
      wrap(text.getBytes(StandardCharsets.UTF_8));
      link.flush();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  void updateKeys(int times) {
    try {
      for (int i = 0; i < times; i++) {
        engine.beginHandshake();
        wrap(new byte[0]);
      }
      link.flush();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  SSLEngine engine() {
    return engine;
  }

  boolean handshakeDone() {
    return handshakeDone;
  }

  String receivedText() {
    return received.toString(StandardCharsets.UTF_8);
  }

  @Nullable Exception failure() {
    return failure;
  }
}
