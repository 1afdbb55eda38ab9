package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Writers and readers of a byte pattern that both ends know from the stream's id and side. */
public final class Traffic {
  private Traffic() {}

  /** The byte at a position of one direction of a stream. */
  public static byte at(long streamId, boolean fromClient, long position) {
    long mixed = (position * 0x9e37_79b9_7f4a_7c15L) + streamId * 31 + (fromClient ? 7 : 0);
    return (byte) (mixed >>> 24);
  }

  /** Writes the pattern in pieces of random sizes, then closes. */
  public static final class Writer implements Runnable {
    private final RawStream stream;
    private final boolean client;
    private final SeededRandom random;
    private final long total;
    private final int maxPiece;
    public long offered;
    public boolean refused;

    public Writer(RawStream stream, boolean client, SeededRandom random, long total, int maxPiece) {
      this.stream = stream;
      this.client = client;
      this.random = random;
      this.total = total;
      this.maxPiece = maxPiece;
    }

    @Override
    public void run() {
      while (offered < total) {
        int n = (int) Math.min(total - offered, 1 + random.nextInt(maxPiece));
        byte[] bytes = new byte[n];
        for (int i = 0; i < n; i++) {
          bytes[i] = at(stream.id(), client, offered + i);
        }
        ByteBuf piece = ByteBufAllocator.DEFAULT.buffer(n).writeBytes(bytes);
        if (!stream.offer(piece)) {
          piece.release();
          if (stream.writeOpen()) {
            stream.onWritable(this);
          } else {
            refused = true;
          }
          return;
        }
        offered += n;
      }
      stream.closeWrite();
    }
  }

  /** Reads with demand of random sizes at random times, and checks the pattern. */
  public static final class Reader implements StreamReader {
    public final RawStream stream;
    private final boolean fromClient;
    private final Loop loop;
    private final SeededRandom random;
    private final long maxDemand;
    private final long maxPauseNanos;
    public long received;
    public String end = "";

    public Reader(
        RawStream stream,
        boolean fromClient,
        Loop loop,
        SeededRandom random,
        long maxDemand,
        long maxPauseNanos) {
      this.stream = stream;
      this.fromClient = fromClient;
      this.loop = loop;
      this.random = random;
      this.maxDemand = maxDemand;
      this.maxPauseNanos = maxPauseNanos;
    }

    public Reader start() {
      stream.reader(this);
      ask();
      return this;
    }

    private void ask() {
      stream.request(random.nextLong(1, maxDemand + 1));
    }

    @Override
    public void onData(ByteBuf data) {
      if (!end.isEmpty()) {
        throw new AssertionError("data after " + end);
      }
      if (stream.demand() < 0) {
        throw new AssertionError("more than was asked for");
      }
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes).release();
      for (byte found : bytes) {
        byte expected = at(stream.id(), fromClient, received);
        if (found != expected) {
          throw new AssertionError("byte " + received + ": " + found + ", expected " + expected);
        }
        received++;
      }
      if (stream.demand() == 0) {
        if (maxPauseNanos == 0 || random.oneIn(2)) {
          ask();
        } else {
          loop.schedule(random.nextLong(maxPauseNanos), this::ask);
        }
      }
    }

    @Override
    public void onEnd() {
      finish("end");
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      finish("reset " + code);
    }

    private void finish(String how) {
      if (!end.isEmpty()) {
        throw new AssertionError(how + " after " + end);
      }
      end = how;
    }
  }
}
