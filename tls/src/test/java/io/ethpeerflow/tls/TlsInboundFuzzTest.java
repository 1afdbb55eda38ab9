package io.ethpeerflow.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.sim.LinkOptions;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;

/**
 * Any bytes from the network, whole and cut, towards a server and towards a client that has sent
 * its ClientHello: the handshake waits for more or fails; it never ends well, and never throws.
 */
class TlsInboundFuzzTest {
  private static final TlsSecurity SECURITY = TlsPair.security(TlsEngine.JDK);

  @FuzzTest
  void server(byte[] input) {
    feed(input, false, LinkOptions.DEFAULT);
    feed(input, false, LinkOptions.chunked(input.length));
  }

  @FuzzTest
  void client(byte[] input) {
    feed(input, true, LinkOptions.DEFAULT);
    feed(input, true, LinkOptions.chunked(input.length));
  }

  private static void feed(byte[] input, boolean toClient, LinkOptions options) {
    try (var pair = new TlsPair(options)) {
      TlsPair.Side victim = toClient ? pair.client : pair.server;
      TlsPair.Side attacker = toClient ? pair.server : pair.client;
      victim.security = SECURITY;
      attacker.security = SECURITY;
      victim.start();
      attacker.loop.run(
          () -> {
            attacker.raw.write(Unpooled.wrappedBuffer(input));
            attacker.raw.flush();
          });
      pair.settle();
      if (victim.result().isDone()) {
        assertThat(victim.failure()).isInstanceOf(HandshakeException.class);
      } else {
        attacker.closeRaw();
        pair.settle();
        assertThat(victim.result().state()).isEqualTo(CompletableFuture.State.FAILED);
        assertThat(victim.failure()).isInstanceOf(HandshakeException.class);
      }
    }
  }
}
