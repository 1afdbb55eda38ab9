package io.ethpeerflow.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.seed.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpRelayTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ServerSocket target = listen();
  private final TcpRelay relay = relayTo(target);
  private final Socket client = new Socket();
  private Socket server = new Socket();

  @BeforeEach
  void connect() throws IOException {
    client.connect(relay.address());
    server = target.accept();
    client.setSoTimeout((int) LONG.toMillis());
    server.setSoTimeout((int) LONG.toMillis());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    relay.close();
    target.close();
  }

  @Test
  void forwardsBothWaysAndPassesOnTheEnds() throws IOException {
    byte[] bytes = new SeededRandom(1).bytes(3_000_000);
    var sent = send(client, bytes);
    assertThat(server.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    Await.done(LONG, sent);
    server.getOutputStream().write(bytes, 0, 1000);
    server.shutdownOutput();
    assertThat(client.getInputStream().readAllBytes()).hasSize(1000);
    assertThat(relay.connections()).isEqualTo(1);
    client.shutdownOutput();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    Await.until(LONG, () -> relay.connections() == 0);
    assertThat(relay.accepted()).isEqualTo(1);
  }

  @Test
  void delaysWithoutSlowingTheStream() throws IOException {
    relay.toTarget().delay(Duration.ofMillis(150));
    byte[] bytes = new byte[10_000_000];
    long start = System.nanoTime();
    var sent = send(client, bytes);
    assertThat(server.getInputStream().read()).isZero();
    assertThat(millisSince(start)).isGreaterThanOrEqualTo(150);
    assertThat(server.getInputStream().readNBytes(bytes.length - 1)).hasSize(bytes.length - 1);
    assertThat(millisSince(start)).isLessThan(15_000);
    Await.done(LONG, sent);
  }

  @Test
  void capsTheBandwidth() throws IOException {
    relay.toClient().bandwidth(1_000_000);
    long start = System.nanoTime();
    var sent = send(server, new byte[300_000]);
    assertThat(client.getInputStream().readNBytes(300_000)).hasSize(300_000);
    assertThat(millisSince(start)).isBetween(250L, 15_000L);
    Await.done(LONG, sent);
  }

  @Test
  void splitsWritesIntoTinyPieces() throws IOException {
    relay.toTarget().pieces(3, Duration.ofMillis(1));
    byte[] bytes = new SeededRandom(2).bytes(100);
    client.getOutputStream().write(bytes);
    var buffer = new byte[1000];
    int reads = 0;
    int total = 0;
    while (total < bytes.length) {
      total += server.getInputStream().read(buffer, total, buffer.length - total);
      reads++;
    }
    assertThat(buffer).startsWith(bytes);
    assertThat(reads).isGreaterThan(3);
  }

  @Test
  void stallsTheSenderAndResumes() throws IOException {
    relay.toTarget().stall();
    var sent = send(client, new byte[40_000_000]);
    server.setSoTimeout(200);
    assertThatThrownBy(() -> server.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(sent).isNotDone();
    relay.toTarget().resume();
    server.setSoTimeout((int) LONG.toMillis());
    assertThat(drain(server.getInputStream(), 40_000_000)).isEqualTo(40_000_000);
    Await.done(LONG, sent);
  }

  @Test
  void cutsWithAReset() {
    relay.cutAll();
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    assertThatThrownBy(() -> server.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    assertThat(relay.connections()).isZero();
  }

  @Test
  void passesOnAReset() throws IOException {
    server.setSoLinger(true, 0);
    server.close();
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void goesSilentInTheMiddleOfAConnection() throws IOException {
    relay.goSilent();
    client.getOutputStream().write(new byte[100_000]);
    server.close();
    client.setSoTimeout(200);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(relay.connections()).isEqualTo(1);
  }

  @Test
  void silencesOneDirectionOnly() throws IOException {
    relay.toTarget().swallow(true);
    client.getOutputStream().write(1);
    server.getOutputStream().write(2);
    assertThat(client.getInputStream().read()).isEqualTo(2);
    server.setSoTimeout(100);
    assertThatThrownBy(() -> server.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void refusesNewConnections() throws IOException {
    relay.refuse(true);
    try (var late = new Socket()) {
      late.connect(relay.address());
      late.setSoTimeout((int) LONG.toMillis());
      assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    assertThat(relay.accepted()).isEqualTo(2);
  }

  @Test
  void resetsTheClientWhenTheTargetIsGone() throws IOException {
    target.close();
    try (var late = new Socket()) {
      late.connect(relay.address());
      late.setSoTimeout((int) LONG.toMillis());
      assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void refusesImpossibleFaults() {
    assertThatThrownBy(() -> relay.toTarget().delay(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> relay.toTarget().bandwidth(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> relay.toTarget().pieces(-1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CompletableFuture<Boolean> send(Socket from, byte[] bytes) {
    var done = new CompletableFuture<Boolean>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                from.getOutputStream().write(bytes);
                done.complete(true);
              } catch (IOException broken) {
                done.completeExceptionally(broken);
              }
            });
    return done;
  }

  private static long drain(InputStream from, long bytes) throws IOException {
    var buffer = new byte[64 << 10];
    long total = 0;
    while (total < bytes) {
      int count = from.read(buffer);
      if (count < 0) {
        return total;
      }
      total += count;
    }
    return total;
  }

  private static long millisSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    } catch (IOException noLoopback) {
      throw new AssertionError(noLoopback);
    }
  }

  private static TcpRelay relayTo(ServerSocket target) {
    try {
      return new TcpRelay((InetSocketAddress) target.getLocalSocketAddress(), 1);
    } catch (IOException noLoopback) {
      throw new AssertionError(noLoopback);
    }
  }
}
