package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The protocols of the contract that exist for its scenarios only. */
final class ScenarioProtocols {
  /** Reads all, then answers the number of bytes as a decimal text line. */
  static final ProtocolId SINK = ProtocolId.of("/interop/sink/1.0.0");

  /** Reads 1,024 bytes, then nothing for as long as the stream lives. */
  static final ProtocolId SLOW = ProtocolId.of("/interop/slow/1.0.0");

  /** Reads one byte, then resets the stream. */
  static final ProtocolId RESET = ProtocolId.of("/interop/reset/1.0.0");

  private static final int SLOW_READS_BYTES = 1024;
  private static final StreamErrorCode RESET_CODE = new StreamErrorCode(0x1234);

  private ScenarioProtocols() {}

  static void serve(Host host) {
    host.handle(SINK, StreamHandlers.blocking(ScenarioProtocols::sink));
    host.handle(SLOW, stream -> readOnly(stream, SLOW_READS_BYTES, () -> {}));
    host.handle(RESET, stream -> readOnly(stream, 1, () -> stream.reset(RESET_CODE)));
  }

  private static void sink(BlockingStream stream) throws IOException {
    long bytes = stream.in().transferTo(OutputStream.nullOutputStream());
    stream.out().write((bytes + "\n").getBytes(StandardCharsets.UTF_8));
    stream.out().flush();
  }

  private static void readOnly(Stream stream, int bytes, Runnable then) {
    stream.read(
        new StreamReader() {
          private int left = bytes;

          @Override
          public void onData(ByteBuf data) {
            left -= data.readableBytes();
            data.release();
            if (left == 0) {
              then.run();
            }
          }

          @Override
          public void onEnd() {
            stream.closeWrite();
          }

          @Override
          public void onReset(StreamErrorCode code, boolean byRemote) {
            stream.reset(StreamErrorCode.NO_ERROR);
          }
        });
    stream.request(bytes);
  }
}
