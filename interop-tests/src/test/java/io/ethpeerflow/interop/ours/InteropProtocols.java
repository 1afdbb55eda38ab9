package io.ethpeerflow.interop.ours;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamHandlers;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The three protocols of the peer contract that exist for scenarios only. */
public final class InteropProtocols {
  /** Reads all, then answers the number of bytes as a decimal text line. */
  public static final ProtocolId SINK = ProtocolId.of("/interop/sink/1.0.0");

  /** Reads 1,024 bytes, then nothing for as long as the stream lives. */
  public static final ProtocolId SLOW = ProtocolId.of("/interop/slow/1.0.0");

  /** Reads one byte, then resets the stream. */
  public static final ProtocolId RESET = ProtocolId.of("/interop/reset/1.0.0");

  /** What our {@link #RESET} resets with. */
  public static final StreamErrorCode RESET_CODE = new StreamErrorCode(0x1234);

  private static final int SLOW_READS_BYTES = 1024;

  private InteropProtocols() {}

  static void serve(Host host) {
    host.handle(SINK, StreamHandlers.blocking(InteropProtocols::sink));
    host.handle(SLOW, stream -> readOnly(stream, SLOW_READS_BYTES, () -> {}));
    host.handle(RESET, stream -> readOnly(stream, 1, () -> stream.reset(RESET_CODE)));
  }

  private static void sink(BlockingStream stream) throws IOException {
    InputStream in = stream.in();
    byte[] chunk = new byte[64 << 10];
    long bytes = 0;
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      bytes += read;
    }
    OutputStream out = stream.out();
    out.write((bytes + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
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
