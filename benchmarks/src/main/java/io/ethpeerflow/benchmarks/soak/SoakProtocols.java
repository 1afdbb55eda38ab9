package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/** What a host of the soak serves beside echo, ping and identify. */
final class SoakProtocols {
  /** Answers the SHA-256 of what was sent until its end. */
  static final ProtocolId DIGEST = ProtocolId.of("/soak/digest/1.0.0");

  /** The same, but reads {@link #SLOW_CHUNK_BYTES} at a time and rests between. */
  static final ProtocolId SLOW = ProtocolId.of("/soak/slow/1.0.0");

  /** Opens no demand and says nothing. */
  static final ProtocolId SILENT = ProtocolId.of("/soak/silent/1.0.0");

  /** Opens demand for much and waits no longer than {@link #IMPATIENCE} for it. */
  static final ProtocolId IMPATIENT = ProtocolId.of("/soak/impatient/1.0.0");

  /** Has a handler that throws. */
  static final ProtocolId FAILING = ProtocolId.of("/soak/failing/1.0.0");

  static final Duration IMPATIENCE = Duration.ofMillis(500);
  static final int DIGEST_BYTES = 32;
  static final int SLOW_CHUNK_BYTES = 16 << 10;
  private static final long SLOW_PAUSE_MILLIS = 10;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private SoakProtocols() {}

  static void serve(Host host) {
    Echo.serve(host);
    host.handle(DIGEST, StreamHandlers.blocking(stream -> answerDigest(stream, 64 << 10, 0)));
    host.handle(
        SLOW,
        StreamHandlers.blocking(
            stream -> answerDigest(stream, SLOW_CHUNK_BYTES, SLOW_PAUSE_MILLIS)));
    host.handle(SILENT, stream -> stream.read(new Discard(stream)));
    host.handle(IMPATIENT, SoakProtocols::waitBriefly);
    host.handle(
        FAILING,
        stream -> {
          throw new UnsupportedOperationException("thrown on purpose");
        });
  }

  private static void answerDigest(BlockingStream stream, int chunkBytes, long pauseMillis)
      throws Exception {
    stream.stream().readDeadline(DEADLINE);
    stream.stream().writeDeadline(DEADLINE);
    MessageDigest digest = sha256();
    byte[] chunk = new byte[chunkBytes];
    for (int read = stream.in().read(chunk); read >= 0; read = stream.in().read(chunk)) {
      digest.update(chunk, 0, read);
      if (pauseMillis > 0) {
        Thread.sleep(pauseMillis);
      }
    }
    stream.out().write(digest.digest());
  }

  private static void waitBriefly(Stream stream) {
    stream.read(new Discard(stream));
    stream.readDeadline(IMPATIENCE);
    stream.request(Long.MAX_VALUE);
  }

  static MessageDigest sha256() throws IOException {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IOException(impossible);
    }
  }

  /** Drops what arrives; ends its own side with the remote's. */
  record Discard(Stream stream) implements StreamReader {
    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onEnd() {
      stream.closeWrite();
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }
}
