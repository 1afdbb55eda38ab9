package io.ethpeerflow.host.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.relay.TcpRelay;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream with one proposal, while nothing of the remote's answer arrives. */
@Timeout(60)
class LazyStreamTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ProtocolId NOTE = ProtocolId.of("/note/1.0.0");

  @Test
  @Spec({"multistream/lazy-1", "multistream/lazy-3"})
  void sendsAndEndsWithoutWaitingForTheAnswer() throws IOException {
    var received = new CompletableFuture<String>();
    try (Host listener = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
        Host dialer = Await.done(LIMIT, Libp2p.host().start());
        var relay =
            new TcpRelay(
                Objects.requireNonNull(listener.addrInfo().addresses().get(0).socketAddress()),
                1)) {
      listener.handle(
          NOTE,
          StreamHandlers.blocking(
              stream -> {
                received.complete(new String(stream.in().readAllBytes(), UTF_8));
                stream.out().write("taken".getBytes(UTF_8));
              }));
      var behindRelay = new AddrInfo(listener.id(), List.of(Multiaddr.ofTcp(relay.address())));
      var connection = Await.done(LIMIT, dialer.connect(behindRelay));
      relay.toClient().stall();
      try (BlockingStream stream = Await.done(LIMIT, connection.openStream(NOTE)).blocking()) {
        stream.out().write("hello".getBytes(UTF_8));
        Await.done(LIMIT, stream.stream().closeWrite());
        assertThat(Await.done(LIMIT, received)).isEqualTo("hello");
        relay.toClient().resume();
        assertThat(new String(stream.in().readAllBytes(), UTF_8)).isEqualTo("taken");
      }
    }
  }
}
