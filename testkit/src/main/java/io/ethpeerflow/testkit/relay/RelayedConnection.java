package io.ethpeerflow.testkit.relay;

import io.ethpeerflow.testkit.seed.SeededRandom;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection through a {@link TcpRelay}: two lanes, each with a reader and a writer. */
final class RelayedConnection {
  private static final int READ_BYTES = 64 << 10;
  private static final long HELD_BYTES = 4 << 20;
  private static final byte[] END = new byte[0];

  private final SocketChannel client;
  private final SocketChannel upstream;
  private final Pump up;
  private final Pump down;
  private final Consumer<RelayedConnection> whenClosed;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicBoolean finished = new AtomicBoolean();
  private final AtomicInteger ended = new AtomicInteger();

  RelayedConnection(
      SocketChannel client,
      SocketChannel upstream,
      TcpLane toTarget,
      TcpLane toClient,
      SeededRandom random,
      Consumer<RelayedConnection> whenClosed) {
    this.client = client;
    this.upstream = upstream;
    this.whenClosed = whenClosed;
    this.up = new Pump(client, upstream, toTarget, random.fork());
    this.down = new Pump(upstream, client, toClient, random.fork());
  }

  void start() {
    for (Pump pump : List.of(up, down)) {
      threads.add(Thread.ofVirtual().name("tcp-relay-read").unstarted(pump::read));
      threads.add(Thread.ofVirtual().name("tcp-relay-write").unstarted(pump::write));
    }
    threads.forEach(Thread::start);
  }

  void reset() {
    finish(true);
  }

  void join(long limitMillis) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(limitMillis);
    }
  }

  /** Closes a channel so that its peer sees a reset. */
  static void reset(SocketChannel channel) {
    try (channel) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException alreadyClosed) {
      assert alreadyClosed != null;
    }
  }

  private void finish(boolean withReset) {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    if (withReset) {
      reset(client);
      reset(upstream);
    } else {
      TcpRelay.closeQuietly(client);
      TcpRelay.closeQuietly(upstream);
    }
    up.line.close();
    down.line.close();
    threads.forEach(Thread::interrupt);
    whenClosed.accept(this);
  }

  private final class Pump {
    private final SocketChannel from;
    private final SocketChannel to;
    private final TcpLane lane;
    private final SeededRandom random;
    private final DelayLine<byte[]> line = new DelayLine<>(HELD_BYTES);
    private long freeAtNanos = System.nanoTime();

    Pump(SocketChannel from, SocketChannel to, TcpLane lane, SeededRandom random) {
      this.from = from;
      this.to = to;
      this.lane = lane;
      this.random = random;
    }

    void read() {
      ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
      try {
        while (true) {
          lane.awaitFlow();
          int count = from.read(buffer.clear());
          lane.awaitFlow();
          byte[] bytes = count < 0 ? END : new byte[count];
          buffer.flip();
          if (count > 0) {
            buffer.get(bytes);
          }
          boolean swallowed = lane.isSwallowing();
          if (!swallowed && !line.put(bytes, bytes.length, lane.dueNanos())) {
            return;
          }
          if (count < 0) {
            return;
          }
        }
      } catch (IOException broken) {
        if (!lane.isSwallowing()) {
          finish(true);
        }
      } catch (InterruptedException finishing) {
        Thread.currentThread().interrupt();
      }
    }

    void write() {
      try {
        byte[] bytes = line.take();
        while (bytes != null && bytes.length > 0) {
          if (!lane.isSwallowing()) {
            write(bytes);
          }
          bytes = line.take();
        }
        if (bytes != null && !lane.isSwallowing()) {
          to.shutdownOutput();
          if (ended.incrementAndGet() == 2) {
            finish(false);
          }
        }
      } catch (IOException broken) {
        if (!lane.isSwallowing()) {
          finish(true);
        }
      } catch (InterruptedException finishing) {
        Thread.currentThread().interrupt();
      }
    }

    private void write(byte[] bytes) throws IOException, InterruptedException {
      int at = 0;
      while (at < bytes.length) {
        int length = Math.min(pieceBytes(), bytes.length - at);
        ByteBuffer piece = ByteBuffer.wrap(bytes, at, length);
        while (piece.hasRemaining()) {
          to.write(piece);
        }
        at += length;
        pace(length);
      }
    }

    private int pieceBytes() {
      long perSecond = lane.bytesPerSecond();
      int byPace = perSecond == 0 ? READ_BYTES : Math.clamp(perSecond / 100, 1, READ_BYTES);
      int most = lane.maxPieceBytes();
      return most == 0 ? byPace : Math.min(byPace, random.nextInt(1, most + 1));
    }

    private void pace(int bytes) throws InterruptedException {
      long perSecond = lane.bytesPerSecond();
      long sendingNanos = perSecond == 0 ? 0 : Math.round(bytes * 1e9 / perSecond);
      long nowNanos = System.nanoTime();
      long fromNanos = freeAtNanos - nowNanos > 0 ? freeAtNanos : nowNanos;
      freeAtNanos = fromNanos + sendingNanos + lane.pauseNanos();
      if (freeAtNanos - nowNanos > 0) {
        TimeUnit.NANOSECONDS.sleep(freeAtNanos - nowNanos);
      }
    }
  }
}
