package io.ethpeerflow.host.ping;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ping, {@code /ipfs/ping/1.0.0}: 32 random bytes there and back, as often as the dialer likes on
 * one stream. Any thread.
 */
public final class Ping {
  /** The protocol id. */
  public static final ProtocolId PROTOCOL = ProtocolId.of("/ipfs/ping/1.0.0");

  /** Bytes of one ping. */
  public static final int PAYLOAD_BYTES = 32;

  private Ping() {}

  /** Answers pings until the registration is closed. */
  public static Registration serve(Host host, PingConfig config) {
    var inbound = new ConcurrentHashMap<PeerId, ArrayDeque<Stream>>();
    return host.handle(PROTOCOL, stream -> answer(stream, inbound, config));
  }

  private static void answer(
      Stream stream, ConcurrentHashMap<PeerId, ArrayDeque<Stream>> inbound, PingConfig config) {
    PeerId peer = stream.connection().remotePeer();
    inbound.compute(
        peer,
        (key, streams) -> {
          ArrayDeque<Stream> open = streams == null ? new ArrayDeque<>(2) : streams;
          // [spec ping/two-inbound]
          if (open.size() >= config.maxInboundPerPeer()) {
            open.remove().reset(StreamErrorCode.SUPPLANTED);
          }
          open.add(stream);
          return open;
        });
    stream
        .closed()
        .thenAccept(
            end ->
                inbound.computeIfPresent(
                    peer,
                    (key, streams) -> {
                      streams.remove(stream);
                      return streams.isEmpty() ? null : streams;
                    }));
    stream.read(new Responder(stream));
    stream.request(PAYLOAD_BYTES);
  }

  /**
   * Opens a ping session on a connection.
   *
   * @param random for the payloads
   * @param nanoClock a monotonic clock, for the round trip times
   * @return fails as {@link Connection#openStream}
   */
  public static CompletableFuture<PingSession> open(
      Connection connection, PingConfig config, SecureRandom random, LongSupplier nanoClock) {
    return connection
        .openStream(PROTOCOL)
        .thenApply(stream -> new PingSession(stream, config, random, nanoClock));
  }

  /** Echoes one payload at a time; demand for the next is opened when the answer was taken. */
  private static final class Responder implements StreamReader {
    private final Stream stream;

    @OwnedBy("connection loop")
    private @Nullable ByteBuf partial;

    Responder(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      ByteBuf payload = data;
      if (partial != null || data.readableBytes() < PAYLOAD_BYTES) {
        ByteBuf before = partial;
        ByteBuf joined = before == null ? data.alloc().buffer(PAYLOAD_BYTES) : before;
        joined.writeBytes(data);
        data.release();
        partial = joined;
        if (joined.readableBytes() < PAYLOAD_BYTES) {
          return;
        }
        partial = null;
        payload = joined;
      }
      // [spec ping/echo]
      stream.write(payload).thenRun(() -> stream.request(PAYLOAD_BYTES));
    }

    @Override
    public void onEnd() {
      // [spec ping/close]
      if (partial == null) {
        stream.closeWrite();
      } else {
        drop();
        stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
      }
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      drop();
    }

    private void drop() {
      ByteBuf dropped = partial;
      partial = null;
      if (dropped != null) {
        dropped.release();
      }
    }
  }

  /** A stream on which pings are sent one after another. */
  public static final class PingSession implements StreamReader, AutoCloseable {
    private final Stream stream;
    private final SecureRandom random;
    private final LongSupplier nanoClock;
    private final byte[] received = new byte[PAYLOAD_BYTES];
    private int receivedBytes;
    private byte[] sent = {};
    private long sentNanos;
    private @Nullable CompletableFuture<Duration> pending;

    private PingSession(
        Stream stream, PingConfig config, SecureRandom random, LongSupplier nanoClock) {
      this.stream = stream;
      this.random = random;
      this.nanoClock = nanoClock;
      stream.read(this);
      stream.readDeadline(config.timeout());
    }

    /**
     * Sends one ping.
     *
     * @return the round trip time; fails when the answer differs, or when the stream ends or its
     *     deadline passes first
     */
    public synchronized CompletableFuture<Duration> ping() {
      // [spec ping/repeat]
      if (pending != null) {
        throw new IllegalStateException("a ping is already under way");
      }
      byte[] payload = new byte[PAYLOAD_BYTES];
      // [spec ping/random]
      random.nextBytes(payload);
      var result = new CompletableFuture<Duration>();
      pending = result;
      sent = payload;
      receivedBytes = 0;
      sentNanos = nanoClock.getAsLong();
      stream.request(PAYLOAD_BYTES);
      stream
          .write(Unpooled.wrappedBuffer(payload))
          .whenComplete(
              (taken, failure) -> {
                if (failure != null) {
                  fail(failure);
                }
              });
      return result;
    }

    @Override
    public void onData(ByteBuf data) {
      int bytes = data.readableBytes();
      CompletableFuture<Duration> done;
      boolean same;
      long nanos;
      synchronized (this) {
        data.readBytes(received, receivedBytes, bytes);
        data.release();
        receivedBytes += bytes;
        if (receivedBytes < PAYLOAD_BYTES || pending == null) {
          return;
        }
        done = pending;
        pending = null;
        same = Arrays.equals(sent, received);
        // [spec ping/round-trip]
        nanos = nanoClock.getAsLong() - sentNanos;
      }
      if (same) {
        done.complete(Duration.ofNanos(nanos));
      } else {
        stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
        done.completeExceptionally(
            new P2pException(
                "ping answered with other bytes: " + ByteBufUtil.hexDump(received, 0, 8) + "..."));
      }
    }

    @Override
    public void onEnd() {
      fail(new P2pException("the remote ended the ping stream"));
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      fail(
          byRemote || !code.equals(StreamErrorCode.GARBAGE_COLLECTED)
              ? new StreamResetException(code, byRemote)
              : new P2pException("ping timed out"));
    }

    private void fail(Throwable why) {
      CompletableFuture<Duration> failed;
      synchronized (this) {
        failed = pending;
        pending = null;
      }
      if (failed != null) {
        failed.completeExceptionally(why);
      }
    }

    /** Ends the session. */
    @Override
    public void close() {
      stream.closeWrite();
      stream.stopReading(StreamErrorCode.NO_ERROR);
    }
  }
}
