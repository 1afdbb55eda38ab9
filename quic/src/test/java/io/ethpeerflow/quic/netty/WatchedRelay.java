package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.suite.MuxerWorld.Side;
import io.ethpeerflow.core.suite.Stillness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Passes the datagrams of one client, {@code LEFT}, to one server, {@code RIGHT}, and back: at
 * once, in order, and telling a {@link Stillness} of each. Datagrams towards an end can be held
 * back, and all can be lost.
 */
final class WatchedRelay implements AutoCloseable {
  private static final int MAX_BYTES = 65_535;

  private final class Lane {
    private final DatagramChannel out;
    private final AtomicLong bytes = new AtomicLong();
    private final Deque<byte[]> held = new ArrayDeque<>();
    private boolean stalled;
    private volatile byte @Nullable [] last;

    Lane(DatagramChannel out) {
      this.out = out;
    }

    synchronized void take(byte[] datagram, InetSocketAddress to) throws IOException {
      if (stalled) {
        held.add(datagram);
      } else {
        send(datagram, to);
      }
    }

    private void send(byte[] datagram, InetSocketAddress to) throws IOException {
      if (!cut) {
        stillness.happened();
        bytes.addAndGet(datagram.length);
        last = datagram;
        out.send(ByteBuffer.wrap(datagram), to);
      }
    }

    synchronized int held() {
      return held.size();
    }

    synchronized void stall(boolean on, InetSocketAddress to) throws IOException {
      stalled = on;
      for (byte[] next = on ? null : held.poll(); next != null; next = held.poll()) {
        send(next, to);
      }
    }
  }

  private final Stillness stillness;
  private final InetSocketAddress server;
  private final DatagramChannel front;
  private final DatagramChannel back;
  private final Map<Side, Lane> towards = new EnumMap<>(Side.class);
  private volatile @Nullable InetSocketAddress client;
  private volatile boolean cut;

  WatchedRelay(InetSocketAddress server, Stillness stillness) {
    this.server = server;
    this.stillness = stillness;
    front = open();
    back = open();
    towards.put(Side.LEFT, new Lane(front));
    towards.put(Side.RIGHT, new Lane(back));
    Thread.ofPlatform().daemon().start(() -> pass(front, Side.RIGHT));
    Thread.ofPlatform().daemon().start(() -> pass(back, Side.LEFT));
  }

  private static DatagramChannel open() {
    try {
      return DatagramChannel.open()
          .bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass(DatagramChannel from, Side to) {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
    try {
      while (true) {
        var sender = (InetSocketAddress) from.receive(buffer.clear());
        if (to == Side.RIGHT) {
          client = sender;
        }
        byte[] datagram = new byte[buffer.flip().remaining()];
        buffer.get(datagram);
        InetSocketAddress recipient = address(to);
        if (recipient != null) {
          lane(to).take(datagram, recipient);
        }
      }
    } catch (IOException closed) {
      return;
    }
  }

  private @Nullable InetSocketAddress address(Side side) {
    return side == Side.RIGHT ? server : client;
  }

  private Lane lane(Side side) {
    Lane lane = towards.get(side);
    if (lane == null) {
      throw new IllegalStateException("no lane to " + side);
    }
    return lane;
  }

  /** Where the client sends to. */
  InetSocketAddress front() {
    try {
      return (InetSocketAddress) front.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the server sees the client. */
  InetSocketAddress back() {
    try {
      return (InetSocketAddress) back.getLocalAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stall(Side side, boolean on) {
    InetSocketAddress to = address(side);
    try {
      if (to != null) {
        lane(side).stall(on, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many datagrams are held back from a side. */
  int held(Side side) {
    return lane(side).held();
  }

  void cut() {
    cut = true;
  }

  /** Sends a datagram as if it came from the other end. */
  void inject(Side towardsSide, byte[] datagram) {
    InetSocketAddress to = address(towardsSide);
    try {
      if (to != null) {
        lane(towardsSide).take(datagram, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long bytes(Side side) {
    return lane(side).bytes.get();
  }

  /** What was last passed to a side; null when nothing was. */
  byte @Nullable [] last(Side side) {
    return lane(side).last;
  }

  @Override
  public void close() {
    try {
      front.close();
      back.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
