package io.ethpeerflow.host.perf;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;

/**
 * The server of perf, {@code /perf/1.0.0}: a big-endian u64 says how many bytes to send back, all
 * bytes up to the remote's half-close are read first. Off unless served: it costs bandwidth.
 */
public final class Perf {
  /** The protocol id. */
  public static final ProtocolId PROTOCOL = ProtocolId.of("/perf/1.0.0");

  /** Demand that is kept open while reading. */
  static final long WINDOW_BYTES = 32 << 20;

  private Perf() {}

  /** Serves perf until the registration is closed. */
  public static Registration serve(Host host) {
    // [spec perf/default]
    return host.handle(
        PROTOCOL,
        stream -> {
          stream.read(new Server(stream));
          stream.request(WINDOW_BYTES);
        });
  }

  private static final class Server implements StreamReader {
    private final Stream stream;

    @OwnedBy("connection loop")
    private int headerBytes;

    @OwnedBy("connection loop")
    private long downloadBytes;

    @OwnedBy("connection loop")
    private long credit;

    Server(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      int bytes = data.readableBytes();
      while (headerBytes < Long.BYTES && data.isReadable()) {
        // [spec perf/header]
        downloadBytes = downloadBytes << 8 | data.readUnsignedByte();
        headerBytes++;
      }
      data.release();
      credit += bytes;
      if (credit >= WINDOW_BYTES / 2) {
        stream.request(credit);
        credit = 0;
      }
    }

    @Override
    public void onEnd() {
      if (headerBytes < Long.BYTES) {
        stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
      } else {
        // [spec perf/order]
        new ZeroSource(stream, downloadBytes).run();
      }
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }
}
