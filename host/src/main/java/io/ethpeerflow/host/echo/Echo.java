package io.ethpeerflow.host.echo;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Echo, {@code /echo/1.0.0}: what arrives goes back, without a copy; the end is answered by the
 * end.
 */
public final class Echo {
  /** The protocol id. */
  public static final ProtocolId PROTOCOL = ProtocolId.of("/echo/1.0.0");

  private static final long WINDOW_BYTES = 1 << 20;

  private Echo() {}

  /** Echoes until the registration is closed. */
  public static Registration serve(Host host) {
    return host.handle(PROTOCOL, Echo::echo);
  }

  /** Echoes one stream. */
  public static void echo(Stream stream) {
    stream.read(new Reflector(stream));
    stream.request(WINDOW_BYTES);
  }

  /** Opens demand for as much as was taken, so that a remote that does not read stops itself. */
  private static final class Reflector implements StreamReader {
    private final Stream stream;

    @OwnedBy("connection loop")
    private @Nullable ByteBuf refused;

    @OwnedBy("connection loop")
    private boolean ended;

    @OwnedBy("connection loop")
    private boolean awaitsClose;

    @OwnedBy("connection loop")
    private boolean closed;

    Reflector(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      if (refused != null) {
        refused =
            data.alloc()
                .compositeBuffer(64)
                .addFlattenedComponents(true, refused)
                .addFlattenedComponents(true, data);
        return;
      }
      offer(data);
    }

    private void offer(ByteBuf data) {
      int bytes = data.readableBytes();
      if (stream.offer(data)) {
        if (!ended) {
          stream.request(bytes);
        }
      } else if (closed) {
        data.release();
      } else {
        refused = data;
        stream.onWritable(this::onWritable);
        if (!awaitsClose) {
          awaitsClose = true;
          stream.closed().thenAccept(end -> onClosed());
        }
      }
    }

    /** After a remote's end nothing else says that what waits for the remote will never leave. */
    private void onClosed() {
      closed = true;
      drop();
    }

    private void drop() {
      ByteBuf dropped = refused;
      refused = null;
      if (dropped != null) {
        dropped.release();
      }
    }

    private void onWritable() {
      ByteBuf waiting = refused;
      if (waiting != null) {
        refused = null;
        offer(waiting);
      }
      if (ended && refused == null) {
        stream.closeWrite();
      }
    }

    @Override
    public void onEnd() {
      ended = true;
      if (refused == null) {
        stream.closeWrite();
      }
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      ended = true;
      drop();
      stream.reset(StreamErrorCode.NO_ERROR);
    }
  }
}
