package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.benchmarks.runtime.Background;
import io.ethpeerflow.benchmarks.soak.Failures.Defect;
import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** What the traffic is made of: each ends in a result that was checked, or in an error. */
final class Operations {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final int CHUNK_BYTES = 64 << 10;

  private Operations() {}

  /** Sends random bytes and compares what comes back by its digest. */
  static void echo(Connection connection, int bytes, Random random) throws Exception {
    exchange(connection, bytes, random, stream -> digestOf(stream.in(), bytes, 0));
  }

  /** The same, taking only a little of what comes back, every now and then, at first. */
  static void echoReadSlowly(Connection connection, int bytes, Random random) throws Exception {
    exchange(connection, bytes, random, stream -> digestOf(stream.in(), bytes, 64));
  }

  private interface Reading {
    byte[] digest(BlockingStream stream) throws Exception;
  }

  private static void exchange(Connection connection, int bytes, Random random, Reading reading)
      throws Exception {
    try (BlockingStream stream = open(connection, Echo.PROTOCOL)) {
      CompletableFuture<byte[]> received = Background.call(() -> reading.digest(stream));
      CompletableFuture<byte[]> sent =
          Background.call(
              () -> {
                byte[] digest = writeRandom(stream.out(), bytes, random);
                stream.closeWrite();
                return digest;
              });
      compare("echo", Await.result("an echo's writer", sent), Await.result("an echo", received));
    }
  }

  /** Sends random bytes and compares the digest that is answered. */
  static void request(Connection connection, ProtocolId protocol, int bytes, Random random)
      throws Exception {
    try (BlockingStream stream = open(connection, protocol)) {
      CompletableFuture<byte[]> answer =
          Background.call(
              () -> {
                byte[] digest = writeRandom(stream.out(), bytes, random);
                stream.closeWrite();
                byte[] answered = stream.in().readNBytes(SoakProtocols.DIGEST_BYTES + 1);
                compare("digest", digest, answered);
                return digest;
              });
      Await.result("a request", answer);
    }
  }

  /** Pings one after another on one stream. */
  static void ping(Connection connection, int count) throws Exception {
    CompletableFuture<Ping.PingSession> opening =
        Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime);
    try (Ping.PingSession session = Await.result("the opening of a ping stream", opening)) {
      for (int i = 0; i < count; i++) {
        Await.result("a ping", session.ping());
      }
    }
  }

  private static BlockingStream open(Connection connection, ProtocolId protocol) throws Exception {
    Stream stream = Await.result("the opening of a stream", connection.openStream(protocol));
    stream.readDeadline(DEADLINE);
    stream.writeDeadline(DEADLINE);
    return stream.blocking();
  }

  private static void compare(String what, byte[] sent, byte[] received) {
    if (!MessageDigest.isEqual(sent, received)) {
      throw new Defect("the " + what + " differs from what was sent");
    }
  }

  private static byte[] writeRandom(OutputStream out, int bytes, Random random) throws Exception {
    MessageDigest digest = SoakProtocols.sha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int left = bytes; left > 0; left -= CHUNK_BYTES) {
      random.nextBytes(chunk);
      int size = Math.min(left, CHUNK_BYTES);
      digest.update(chunk, 0, size);
      out.write(chunk, 0, size);
    }
    return digest.digest();
  }

  /** Reads to the end, at first {@code slowReads} times no more than 4 KiB with rests between. */
  private static byte[] digestOf(InputStream in, int bytes, int slowReads) throws Exception {
    MessageDigest digest = SoakProtocols.sha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    long received = 0;
    int reads = 0;
    while (true) {
      int read = in.read(chunk, 0, reads < slowReads ? 4 << 10 : chunk.length);
      if (read < 0) {
        break;
      }
      digest.update(chunk, 0, read);
      received += read;
      if (reads++ < slowReads) {
        Thread.sleep(20);
      }
    }
    if (received != bytes) {
      throw new Defect("an echo ended in order after " + received + " of " + bytes + " bytes");
    }
    return digest.digest();
  }
}
