package io.ethpeerflow.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.sim.MemoryLink;
import io.ethpeerflow.core.sim.MemoryLinkPair;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A client and a server on a link in memory, in virtual time. */
final class TlsPair implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final InstantSource TIME = InstantSource.fixed(NOW);
  static final ProtocolId YAMUX = ProtocolId.of("/yamux/1.0.0");
  static final ProtocolId MPLEX = ProtocolId.of("/mplex/6.7.0");
  static final SecureRandom RANDOM = new SecureRandom();

  static final List<TlsEngine> ENGINES =
      List.of(TlsEngine.JDK, TlsEngine.TCNATIVE, TlsEngine.CONSCRYPT);

  private static final Map<KeyType, List<PrivateKey>> KEYS = new ConcurrentHashMap<>();

  final VirtualClock clock = new VirtualClock();
  final SimLoop clientLoop = new SimLoop(clock, "client");
  final SimLoop serverLoop = new SimLoop(clock, "server");
  final MemoryLinkPair links;
  final Side client;
  final Side server;

  /** One end: what it asks for, and what it got. */
  static final class Side {
    final SimLoop loop;
    final MemoryLink raw;
    final Role role;
    final Recorder received = new Recorder();
    SecurityProtocol security = TlsPair.security(TlsEngine.JDK);
    PrivateKey identity;
    List<ProtocolId> muxers = List.of(YAMUX);
    @Nullable PeerId expected;
    @Nullable CompletableFuture<SecureLink> result;

    Side(SimLoop loop, MemoryLink raw, Role role, PrivateKey identity) {
      this.loop = loop;
      this.raw = raw;
      this.role = role;
      this.identity = identity;
    }

    PeerId peer() {
      return PeerId.of(identity.publicKey());
    }

    void start() {
      start(raw);
    }

    void start(ByteLink link) {
      loop.run(
          () ->
              result =
                  security.secure(
                      link, new SecurityRequest(role, identity, expected, muxers, RANDOM)));
    }

    CompletableFuture<SecureLink> result() {
      CompletableFuture<SecureLink> present = result;
      if (present == null) {
        throw new AssertionError("not started");
      }
      return present;
    }

    SecureLink link() {
      assertThat(result()).isCompleted();
      return result().join();
    }

    Throwable failure() {
      assertThat(result()).isCompletedExceptionally();
      return result().exceptionNow();
    }

    boolean isWritable() {
      var writable = new AtomicBoolean();
      loop.run(() -> writable.set(link().isWritable()));
      return writable.get();
    }

    /** What upgrades do with a failed handshake. */
    void closeRaw() {
      loop.run(raw::close);
    }

    void receive() {
      loop.run(() -> link().receiver(received));
    }

    void send(String text) {
      send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) {
      loop.run(
          () -> {
            link().write(Unpooled.wrappedBuffer(bytes));
            link().flush();
          });
    }

    void sendFrame(byte[] head, byte[] body) {
      loop.run(
          () -> {
            ByteBuf from = Unpooled.wrappedBuffer(body);
            link().writeFrame(Unpooled.wrappedBuffer(head), from, body.length);
            assertThat(from.isReadable()).isFalse();
            link().flush();
          });
    }
  }

  TlsPair(LinkOptions options) {
    links = new MemoryLinkPair(clientLoop, serverLoop, options);
    client = new Side(clientLoop, links.left(), Role.INITIATOR, key(KeyType.ED25519, 0));
    server = new Side(serverLoop, links.right(), Role.RESPONDER, key(KeyType.ED25519, 1));
  }

  TlsPair() {
    this(LinkOptions.DEFAULT);
  }

  static TlsSecurity security(TlsEngine engine) {
    return new TlsSecurity(TlsConfig.DEFAULT.withEngine(engine), TIME);
  }

  static TlsPair of(TlsEngine client, TlsEngine server, LinkOptions options) {
    var pair = new TlsPair(options);
    pair.client.security = security(client);
    pair.server.security = security(server);
    return pair;
  }

  /** A key that is made once; RSA takes long. */
  static PrivateKey key(KeyType type, int number) {
    return KEYS.computeIfAbsent(
            type, t -> List.of(PrivateKey.generate(t, RANDOM), PrivateKey.generate(t, RANDOM)))
        .get(number);
  }

  TlsPair handshake() {
    server.start();
    client.start();
    settle();
    return this;
  }

  /** Both have a link and record what it delivers. */
  TlsPair established() {
    handshake();
    client.receive();
    server.receive();
    settle();
    return this;
  }

  void settle() {
    clock.runUntilIdle(Duration.ofSeconds(1));
  }

  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    return bytes;
  }

  static byte[] concat(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuf all = Unpooled.buffer(length);
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.array();
  }

  @Override
  public void close() {
    for (Side side : List.of(client, server)) {
      CompletableFuture<SecureLink> result = side.result;
      if (result != null && result.state() == java.util.concurrent.Future.State.SUCCESS) {
        side.loop.run(result.join()::abort);
      } else if (result != null) {
        result.cancel(false);
      }
    }
    settle();
    links.close();
    for (Side side : List.of(client, server)) {
      if (side.security instanceof TlsSecurity closeable) {
        closeable.close();
      }
    }
  }
}
