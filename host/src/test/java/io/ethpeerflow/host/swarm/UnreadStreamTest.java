package io.ethpeerflow.host.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Bytes that came in the same frame as the negotiation, for a handler that does not ask for them.
 */
final class UnreadStreamTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ProtocolId SILENT = ProtocolId.of("/silent/1.0.0");

  private final CompletableFuture<Stream> inbound = new CompletableFuture<>();
  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    server = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
    client = Await.done(LIMIT, Libp2p.host().start());
    server.handle(SILENT, inbound::complete);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Stream sendAndClose() {
    var connection = Await.done(LIMIT, client.connect(server.addrInfo()));
    Stream stream = Await.done(LIMIT, connection.openStream(SILENT));
    stream.write(ByteBufAllocator.DEFAULT.buffer().writeZero(100));
    Await.done(LIMIT, stream.closeWrite());
    return Await.done(LIMIT, inbound);
  }

  @Test
  void areGivenBackWhenTheConnectionEnds() {
    Stream stream = sendAndClose();

    client.close();

    Await.done(LIMIT, stream.connection().closed());
    assertThat(stream.closed()).isDone();
  }

  @Test
  void areGivenBackWhenOnlyTheWriteSideWasEnded() {
    Stream stream = sendAndClose();
    Await.done(LIMIT, stream.closeWrite());
    Await.done(LIMIT, stream.closed());

    client.close();

    Await.done(LIMIT, stream.connection().closed());
  }

  @Test
  void areAResetAndNotAnEndToWhoAsksTooLate() {
    Stream stream = sendAndClose();
    client.close();
    Await.done(LIMIT, stream.connection().closed());

    var outcome = new CompletableFuture<String>();
    stream.read(
        new StreamReader() {
          @Override
          public void onData(ByteBuf data) {
            data.release();
            outcome.complete("data");
          }

          @Override
          public void onEnd() {
            outcome.complete("end");
          }

          @Override
          public void onReset(StreamErrorCode code, boolean byRemote) {
            outcome.complete("reset");
          }
        });
    stream.request(1000);

    assertThat(Await.done(LIMIT, outcome)).isEqualTo("reset");
  }

  @Test
  void areStillDeliveredWhileTheConnectionLives() {
    Stream stream = sendAndClose();
    Await.done(LIMIT, stream.closeWrite());
    Await.done(LIMIT, stream.closed());

    var received = new CompletableFuture<Integer>();
    stream.read(
        new StreamReader() {
          private int bytes;

          @Override
          public void onData(ByteBuf data) {
            bytes += data.readableBytes();
            data.release();
          }

          @Override
          public void onEnd() {
            received.complete(bytes);
          }

          @Override
          public void onReset(StreamErrorCode code, boolean byRemote) {
            received.complete(-1);
          }
        });
    stream.request(1000);

    assertThat(Await.done(LIMIT, received)).isEqualTo(100);
    client.connections().forEach(open -> open.close(ConnectionErrorCode.NO_ERROR));
  }
}
