package io.ethpeerflow.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** In how many pieces TLS writes, and when it flushes. */
class TlsWritesTest {
  static final List<TlsEngine> ENGINES = TlsPair.ENGINES;

  private final List<String> written = new ArrayList<>();
  private int flushes;

  private ByteLink watched(ByteLink link) {
    return (ByteLink)
        Proxy.newProxyInstance(
            ByteLink.class.getClassLoader(),
            new Class<?>[] {ByteLink.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("write")) {
                written.add(ByteBufUtil.hexDump((ByteBuf) arguments[0]));
              } else if (method.getName().equals("flush")) {
                flushes++;
              }
              try {
                return method.invoke(link, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void aServerFlushesNothingButItsFlight(TlsEngine engine) {
    try (var pair = TlsPair.of(engine, engine, LinkOptions.DEFAULT)) {
      pair.server.start(watched(pair.server.raw));
      pair.client.start();
      pair.settle();
      assertThat(pair.server.link().remoteKey()).isEqualTo(pair.client.identity.publicKey());
      assertThat(flushes).isOne();
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void aClientFlushesItsTwoFlights(TlsEngine engine) {
    try (var pair = TlsPair.of(engine, engine, LinkOptions.DEFAULT)) {
      pair.server.start();
      pair.client.start(watched(pair.client.raw));
      pair.settle();
      assertThat(pair.client.link().remoteKey()).isEqualTo(pair.server.identity.publicKey());
      assertThat(flushes).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void aClientsLastFlightGoesWithWhatItsUserWritesAtOnce(TlsEngine engine) {
    try (var pair = TlsPair.of(engine, engine, LinkOptions.DEFAULT)) {
      pair.server.start();
      pair.client.start(watched(pair.client.raw));
      pair.client
          .result()
          .thenAccept(
              link -> {
                link.write(Unpooled.wrappedBuffer(TlsPair.pattern(10)));
                link.flush();
              });
      pair.settle();
      assertThat(flushes).isEqualTo(2);
      pair.server.receive();
      pair.settle();
      assertThat(pair.server.received.bytes()).hasSize(10);
    }
  }

  @Test
  void smallRecordsThatAreFlushedTogetherAreWrittenTogether() {
    try (var pair = TlsPair.of(TlsEngine.TCNATIVE, TlsEngine.JDK, LinkOptions.DEFAULT)) {
      pair.server.start();
      pair.client.start(watched(pair.client.raw));
      pair.settle();
      pair.server.receive();
      written.clear();
      byte[] head = TlsPair.pattern(12);
      pair.clientLoop.run(
          () -> {
            for (int size = 10; size < 400; size += 50) {
              ByteBuf body = Unpooled.wrappedBuffer(TlsPair.pattern(size));
              pair.client.link().writeFrame(Unpooled.wrappedBuffer(head), body, size);
            }
            pair.client.link().flush();
          });
      pair.settle();
      assertThat(written).hasSize(1);
      assertThat(pair.server.received.bytes()).hasSize(8 * 12 + 8 * 10 + 50 * 28);
    }
  }

  /** A pair closes what it can. */
  private static SecurityProtocol notClosed(TlsSecurity security) {
    return new SecurityProtocol() {
      @Override
      public ProtocolId id() {
        return security.id();
      }

      @Override
      public CompletableFuture<SecureLink> secure(ByteLink link, SecurityRequest request) {
        return security.secure(link, request);
      }
    };
  }

  @ParameterizedTest
  @FieldSource("ENGINES")
  void noTwoDialsShareAHello(TlsEngine engine) {
    var hellos = new HashSet<String>();
    try (var security = TlsPair.security(engine)) {
      for (int i = 0; i < 4; i++) {
        try (var pair = new TlsPair()) {
          pair.client.security = notClosed(security);
          pair.server.security = TlsPair.security(TlsEngine.JDK);
          pair.server.start();
          written.clear();
          pair.client.start(watched(pair.client.raw));
          pair.settle();
          assertThat(pair.client.link().remoteKey()).isEqualTo(pair.server.identity.publicKey());
          String hello = written.get(0);
          // the random, and the key that ends a key share, stand in it
          assertThat(hellos.add(hello.substring(22, 86))).isTrue();
          assertThat(hellos.add(hello.substring(86))).isTrue();
        }
      }
    }
  }
}
