package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamOptions;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.ping.Ping;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Our side of the commands of the peer contract, on a connection that is open. */
public final class Client {
  /** For transfers of many megabytes on a loaded machine. */
  public static final Duration TRANSFER_LIMIT = Duration.ofMinutes(2);

  private static final Duration LIMIT = OurHost.LIMIT;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int SHORT_BYTES = 32;
  private static final Duration STANDSTILL = Duration.ofMillis(700);

  private final Connection connection;
  private final boolean lazy;
  private final int pingsPerStream;

  /**
   * Uses one connection.
   *
   * @param lazy whether data may follow a proposal that is not answered yet
   * @param pingsPerStream how many pings a stream takes
   */
  public Client(Connection connection, boolean lazy, int pingsPerStream) {
    this.connection = connection;
    this.lazy = lazy;
    this.pingsPerStream = pingsPerStream;
  }

  /**
   * Two checksums of an echo.
   *
   * @param bytes that came back
   * @param sent SHA-256 of what was sent
   * @param received SHA-256 of what came back
   */
  public record Echoed(long bytes, String sent, String received) {}

  /** Runs something that may block on a thread of its own. */
  public static <T> CompletableFuture<T> inBackground(Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.startVirtualThread(
        () -> {
          try {
            result.complete(work.call());
          } catch (Exception | Error failure) {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  /** Opens a stream. */
  public Stream open(ProtocolId protocol) {
    return Await.done(LIMIT, opening(protocol));
  }

  private CompletableFuture<Stream> opening(ProtocolId protocol) {
    return connection.openStream(StreamOptions.DEFAULT.withLazyNegotiation(lazy), protocol);
  }

  /** Sends pseudo-random bytes and reads what comes back at the same time. */
  public Echoed echo(long bytes) {
    BlockingStream stream = open(Echo.PROTOCOL).blocking();
    try (stream) {
      CompletableFuture<Echoed> reading = inBackground(() -> digest(stream.in()));
      CompletableFuture<String> writing = inBackground(() -> writeRandom(stream, bytes));
      String sent = Await.done(TRANSFER_LIMIT, writing);
      Echoed received = Await.done(TRANSFER_LIMIT, reading);
      return new Echoed(received.bytes(), sent, received.received());
    }
  }

  private static String writeRandom(BlockingStream stream, long bytes) throws IOException {
    MessageDigest sent = sha256();
    var source = new Random(1);
    byte[] chunk = new byte[CHUNK_BYTES];
    OutputStream out = stream.out();
    for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
      source.nextBytes(chunk);
      int length = (int) Math.min(left, CHUNK_BYTES);
      sent.update(chunk, 0, length);
      out.write(chunk, 0, length);
    }
    stream.closeWrite();
    return HexFormat.of().formatHex(sent.digest());
  }

  private static Echoed digest(InputStream in) throws IOException {
    MessageDigest received = sha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    long bytes = 0;
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      received.update(chunk, 0, read);
      bytes += read;
    }
    return new Echoed(bytes, "", HexFormat.of().formatHex(received.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Opens that many streams before the first closes, each with a short echo. */
  public void streams(int count) {
    List<CompletableFuture<Stream>> openings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      openings.add(opening(Echo.PROTOCOL));
    }
    List<BlockingStream> open =
        openings.stream().map(opening -> Await.done(LIMIT, opening).blocking()).toList();
    byte[] payload = new byte[SHORT_BYTES];
    new Random(2).nextBytes(payload);
    List<CompletableFuture<byte[]>> answers =
        open.stream()
            .map(
                stream ->
                    inBackground(
                        () -> {
                          stream.out().write(payload);
                          stream.out().flush();
                          return stream.in().readNBytes(SHORT_BYTES);
                        }))
            .toList();
    for (CompletableFuture<byte[]> answer : answers) {
      if (!Arrays.equals(payload, Await.done(LIMIT, answer))) {
        throw new AssertionError("an echo differs from what was sent");
      }
    }
    if (connection.streams().size() < count) {
      throw new AssertionError(
          connection.streams().size() + " streams are open, not " + count + " at once");
    }
    open.stream()
        .map(
            stream ->
                inBackground(
                    () -> {
                      stream.closeWrite();
                      return stream.in().read();
                    }))
        .toList()
        .forEach(
            end -> {
              if (Await.done(LIMIT, end) >= 0) {
                throw new AssertionError("an echo is longer than what was sent");
              }
            });
  }

  /** Opens a stream on a protocol, sends a byte and leaves it open. */
  public Stream hold(ProtocolId protocol) {
    Stream stream = open(protocol);
    Await.done(LIMIT, stream.write(Unpooled.wrappedBuffer(new byte[1])));
    return stream;
  }

  /** Sends bytes to the sink, closes our side, and returns what it answers then. */
  public String halfClose(long bytes) {
    BlockingStream stream = open(InteropProtocols.SINK).blocking();
    try (stream) {
      CompletableFuture<String> answer =
          inBackground(
              () -> {
                writeRandom(stream, bytes);
                return new String(stream.in().readAllBytes(), StandardCharsets.UTF_8).strip();
              });
      return Await.done(TRANSFER_LIMIT, answer);
    }
  }

  /** Has a stream reset by the remote and returns the reset. */
  public StreamResetException awaitReset() {
    Stream stream = open(InteropProtocols.RESET);
    var reset = new CompletableFuture<StreamResetException>();
    stream.read(
        new StreamReader() {
          @Override
          public void onData(ByteBuf data) {
            data.release();
          }

          @Override
          public void onEnd() {
            reset.completeExceptionally(new AssertionError("an end instead of a reset"));
          }

          @Override
          public void onReset(StreamErrorCode code, boolean byRemote) {
            reset.complete(new StreamResetException(code, byRemote));
          }
        });
    stream.request(1);
    Await.done(LIMIT, stream.write(Unpooled.wrappedBuffer(new byte[1])));
    return Await.done(LIMIT, reset);
  }

  /** Opens an echo, sends 1,024 bytes and resets the stream. */
  public void sendReset(StreamErrorCode code) {
    Stream stream = open(Echo.PROTOCOL);
    Await.done(LIMIT, stream.write(Unpooled.wrappedBuffer(new byte[1024])));
    stream.reset(code);
    Await.done(LIMIT, stream.closed());
  }

  /**
   * Writes to a stream that is not read, until the stream has taken nothing for a while.
   *
   * @param bytes where to stop at the latest
   * @return how many bytes the stream took
   */
  public long writeToSlowReader(long bytes) {
    Stream stream = open(InteropProtocols.SLOW);
    var taken = new AtomicLong();
    var writer =
        new Runnable() {
          @Override
          public void run() {
            while (taken.get() < bytes && !stream.closed().isDone()) {
              ByteBuf chunk = Unpooled.wrappedBuffer(new byte[CHUNK_BYTES]);
              if (!stream.offer(chunk)) {
                chunk.release();
                stream.onWritable(this);
                return;
              }
              taken.addAndGet(CHUNK_BYTES);
            }
          }
        };
    stream.onWritable(writer);
    var last = new long[] {0, System.nanoTime()};
    Await.until(
        "a standstill",
        TRANSFER_LIMIT,
        () -> {
          long now = taken.get();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now > 0 && System.nanoTime() - last[1] > STANDSTILL.toNanos();
        });
    stream.reset(StreamErrorCode.NO_ERROR);
    Await.done(LIMIT, stream.closed());
    return taken.get();
  }

  /** Pings that often; opens a new ping stream where the remote ends one early. */
  public int ping(int count) {
    int answered = 0;
    int endedEarly = 0;
    while (answered < count) {
      if (endedEarly > 3) {
        throw new AssertionError("the remote ended 3 ping streams after " + answered + " pings");
      }
      try (var session =
          Await.done(
              LIMIT,
              Ping.open(connection, PingConfig.DEFAULT, new SecureRandom(), System::nanoTime))) {
        int wanted = Math.min(pingsPerStream, count - answered);
        int got = pingOn(session, wanted);
        answered += got;
        endedEarly += got < wanted ? 1 : 0;
      }
    }
    return answered;
  }

  private static int pingOn(Ping.PingSession session, int count) {
    for (int answered = 0; answered < count; answered++) {
      CompletableFuture<Duration> ping = session.ping();
      try {
        Await.done(LIMIT, ping);
      } catch (AssertionError failed) {
        if (answered == 0 || !ping.isCompletedExceptionally()) {
          throw failed;
        }
        return answered;
      }
    }
    return count;
  }
}
