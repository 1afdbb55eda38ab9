package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.benchmarks.runtime.Background;
import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** The commands that check what becomes of a stream's bytes and of its end. */
final class Transfers {
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(10);
  private static final Duration SLOW_LIMIT = Duration.ofSeconds(3);
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int SLOW_CHUNK_BYTES = 16 << 10;
  private static final int SHORT_BYTES = 1024;
  private static final int MAX_ANSWER_BYTES = 64;

  /**
   * A second choice that nobody serves: a single proposal is not waited for, but only streams that
   * were accepted count as opened.
   */
  private static final ProtocolId UNKNOWN = ProtocolId.of("/interop/unknown/1.0.0");

  private Transfers() {}

  /** Sends pseudo-random bytes while it reads what comes back. */
  static Map<String, Object> echo(Connection connection, long bytes) {
    try (BlockingStream stream = openBounded(connection, Echo.PROTOCOL)) {
      var sent = sha256();
      var received = sha256();
      CompletableFuture<Long> reading = Background.call(() -> drain(stream.in(), received));
      CompletableFuture<Long> writing =
          Background.call(
              () -> {
                writeRandom(stream.out(), bytes, sent);
                stream.closeWrite();
                return bytes;
              });
      Waits.result(COMMAND_LIMIT, writing);
      Map<String, Object> found = new LinkedHashMap<>();
      found.put("bytes", Waits.result(COMMAND_LIMIT, reading));
      found.put("sha256Sent", HexFormat.of().formatHex(sent.digest()));
      found.put("sha256Received", HexFormat.of().formatHex(received.digest()));
      return found;
    }
  }

  /** Sends bytes to the sink, closes the write side and reads the answer. */
  static Map<String, Object> halfClose(Connection connection, long bytes) {
    try (BlockingStream stream = openBounded(connection, ScenarioProtocols.SINK)) {
      CompletableFuture<String> answer =
          Background.call(
              () -> {
                writeRandom(stream.out(), bytes, sha256());
                stream.closeWrite();
                byte[] text = stream.in().readNBytes(MAX_ANSWER_BYTES);
                return new String(text, StandardCharsets.UTF_8).strip();
              });
      return Map.of("answer", Waits.result(COMMAND_LIMIT, answer));
    }
  }

  /** Holds streams open with one byte sent on each; says why when there are fewer than asked. */
  static Map<String, Object> open(Connection connection, ProtocolId protocol, int streams) {
    Map<String, Object> found = new LinkedHashMap<>();
    int opened = 0;
    try {
      for (; opened < streams; opened++) {
        Stream stream = Waits.result(PeerHost.LIMIT, connection.openStream(protocol, UNKNOWN));
        Waits.result(PeerHost.LIMIT, stream.write(Unpooled.wrappedBuffer(new byte[] {1})));
      }
    } catch (CommandException refused) {
      found.put("failure", String.valueOf(refused.getMessage()));
    }
    found.put("opened", opened);
    return found;
  }

  /** Has a stream reset by the remote. */
  static Map<String, Object> awaitReset(Connection connection) {
    Stream stream = open(connection, ScenarioProtocols.RESET);
    var ended = new CompletableFuture<StreamResetException>();
    stream.read(
        new StreamReader() {
          @Override
          public void onData(ByteBuf data) {
            data.release();
            stream.request(1);
          }

          @Override
          public void onEnd() {
            ended.completeExceptionally(new CommandException("an end instead of a reset"));
          }

          @Override
          public void onReset(StreamErrorCode code, boolean byRemote) {
            ended.complete(new StreamResetException(code, byRemote));
          }
        });
    stream.request(1);
    stream.readDeadline(PeerHost.LIMIT);
    Waits.result(PeerHost.LIMIT, stream.write(Unpooled.wrappedBuffer(new byte[] {1})));
    StreamResetException reset = Waits.result(PeerHost.LIMIT, ended);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("reset", reset.byRemote());
    if (!reset.code().equals(StreamErrorCode.NO_ERROR)) {
      found.put("code", reset.code().value());
    }
    return found;
  }

  /** Opens an echo, sends 1,024 bytes and resets the stream. */
  static void sendReset(Connection connection) {
    Stream stream = open(connection, Echo.PROTOCOL);
    Waits.result(PeerHost.LIMIT, stream.write(Unpooled.wrappedBuffer(new byte[SHORT_BYTES])));
    Waits.result(PeerHost.LIMIT, stream.flush());
    stream.reset(StreamErrorCode.NO_ERROR);
  }

  /** Writes to a stream that is not read, for 3 s at most. */
  static Map<String, Object> writeToSlowReader(Connection connection, long bytes) {
    Stream stream = open(connection, ScenarioProtocols.SLOW);
    var writtenBytes = new AtomicLong();
    var done = new CompletableFuture<Void>();
    var writer =
        new Runnable() {
          @Override
          public void run() {
            while (writtenBytes.get() < bytes) {
              int size = (int) Math.min(bytes - writtenBytes.get(), SLOW_CHUNK_BYTES);
              ByteBuf chunk = Unpooled.wrappedBuffer(new byte[size]);
              if (!stream.offer(chunk)) {
                chunk.release();
                if (stream.closed().isDone()) {
                  done.completeExceptionally(new CommandException("the stream ended"));
                } else {
                  stream.onWritable(this);
                }
                return;
              }
              writtenBytes.addAndGet(size);
            }
            done.complete(null);
          }
        };
    stream.onWritable(writer);
    try {
      done.get(SLOW_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException blocked) {
      return Map.of("written", writtenBytes.get());
    } catch (ExecutionException | InterruptedException failed) {
      throw new CommandException("after " + writtenBytes + " bytes: " + failed, failed);
    } finally {
      stream.reset(StreamErrorCode.NO_ERROR);
    }
    return Map.of("written", writtenBytes.get());
  }

  private static Stream open(Connection connection, ProtocolId protocol) {
    return Waits.result(PeerHost.LIMIT, connection.openStream(protocol));
  }

  private static BlockingStream openBounded(Connection connection, ProtocolId protocol) {
    Stream stream = open(connection, protocol);
    stream.readDeadline(COMMAND_LIMIT);
    stream.writeDeadline(PeerHost.LIMIT);
    return stream.blocking();
  }

  private static void writeRandom(OutputStream out, long bytes, MessageDigest digest)
      throws IOException {
    var source = new Random(1);
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
      source.nextBytes(chunk);
      int size = (int) Math.min(left, CHUNK_BYTES);
      digest.update(chunk, 0, size);
      out.write(chunk, 0, size);
    }
  }

  private static long drain(InputStream in, MessageDigest digest) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    long bytes = 0;
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      digest.update(chunk, 0, read);
      bytes += read;
    }
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
