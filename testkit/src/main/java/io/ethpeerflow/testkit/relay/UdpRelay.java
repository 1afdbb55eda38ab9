package io.ethpeerflow.testkit.relay;

import io.ethpeerflow.testkit.seed.SeededRandom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Forwards datagrams between clients and a target through a port on the loopback interface, with
 * faults that can be switched while it runs.
 *
 * <p>Each client address gets a socket of its own towards the target, as behind a NAT; {@link
 * #rebind()} gives it another port, so that the target sees the client move. What is drawn (drops,
 * duplicates, reordering) follows from the seed and the order in which datagrams arrive at the
 * relay.
 *
 * <p>Limits: 1,024 clients, later ones are ignored; 16 MiB held per direction, then datagrams are
 * dropped.
 */
public final class UdpRelay implements AutoCloseable {
  private static final int MAX_CLIENTS = 1024;
  private static final int MAX_DATAGRAM_BYTES = 65_535;
  private static final long HELD_BYTES = 16 << 20;
  private static final long JOIN_MILLIS = 5_000;

  private final InetSocketAddress target;
  private final DatagramChannel front;
  private final InetSocketAddress address;
  private final Direction toTarget;
  private final Direction toClient;
  private final ReentrantLock sessionsLock = new ReentrantLock();
  private final Map<InetSocketAddress, Session> sessions = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile @Nullable InetAddress upstreamSource;
  private volatile boolean closed;

  /**
   * Listens on a free port of {@code 127.0.0.1}, or of {@code ::1} when the target's address is
   * IPv6.
   */
  public UdpRelay(InetSocketAddress target, long seed) throws IOException {
    this.target = target;
    this.front = DatagramChannel.open();
    try {
      front.bind(new InetSocketAddress(TcpRelay.loopbackLike(target.getAddress()), 0));
      this.address = (InetSocketAddress) front.getLocalAddress();
    } catch (IOException cannotBind) {
      front.close();
      throw cannotBind;
    }
    var random = new SeededRandom(seed);
    this.toTarget = new Direction(random.fork());
    this.toClient = new Direction(random.fork());
    startThread("udp-relay-front", this::readFront);
    startThread("udp-relay-to-target", toTarget::drain);
    startThread("udp-relay-to-client", toClient::drain);
  }

  /** Where clients send to. */
  public InetSocketAddress address() {
    return address;
  }

  /** The faults on the way from clients to the target. */
  public UdpLane toTarget() {
    return toTarget.lane;
  }

  /** The faults on the way from the target to clients. */
  public UdpLane toClient() {
    return toClient.lane;
  }

  /** Datagrams passed on to the target so far, duplicates counted. */
  public long forwardedToTarget() {
    return toTarget.forwarded.get();
  }

  /** Datagrams passed on to clients so far, duplicates counted. */
  public long forwardedToClients() {
    return toClient.forwarded.get();
  }

  /**
   * Datagrams from clients that were not passed on, for whatever reason, so far. Those still held
   * back count neither here nor as forwarded.
   */
  public long droppedToTarget() {
    return toTarget.dropped.get();
  }

  /** Datagrams from the target that were not passed on, for whatever reason, so far. */
  public long droppedToClients() {
    return toClient.dropped.get();
  }

  /** Clients seen so far. */
  public int clients() {
    return sessions.size();
  }

  /**
   * Gives every client a new socket towards the target: the target sees datagrams from new ports,
   * and what it still sends to the old ones is lost.
   */
  public void rebind() throws IOException {
    rebind(null);
  }

  /**
   * Gives every client, and those still to come, a socket towards the target at another local
   * address.
   *
   * @param source such as {@code 127.0.0.2}; null leaves the choice to the system
   */
  public void rebind(@Nullable InetAddress source) throws IOException {
    sessionsLock.lock();
    try {
      upstreamSource = source;
      for (Session session : sessions.values()) {
        session.renew();
      }
    } finally {
      sessionsLock.unlock();
    }
  }

  /** Frees all ports and waits for the relay's threads. Idempotent. */
  @Override
  public void close() {
    closed = true;
    TcpRelay.closeQuietly(front);
    toTarget.line.close();
    toClient.line.close();
    sessionsLock.lock();
    try {
      sessions.values().forEach(session -> TcpRelay.closeQuietly(session.channel));
    } finally {
      sessionsLock.unlock();
    }
    try {
      for (Thread thread : List.copyOf(threads)) {
        thread.join(JOIN_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void startThread(String name, Runnable work) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(
                () -> {
                  try {
                    work.run();
                  } finally {
                    threads.remove(Thread.currentThread());
                  }
                });
    threads.add(thread);
    thread.start();
  }

  private void readFront() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
    while (!closed) {
      try {
        var from = (InetSocketAddress) front.receive(buffer.clear());
        Session session = from == null ? null : session(from);
        if (session != null) {
          toTarget.take(bytes(buffer.flip()), session::sendToTarget);
        }
      } catch (IOException frontClosed) {
        return;
      }
    }
  }

  private @Nullable Session session(InetSocketAddress client) throws IOException {
    Session known = sessions.get(client);
    if (known != null || sessions.size() >= MAX_CLIENTS) {
      return known;
    }
    sessionsLock.lock();
    try {
      if (closed) {
        return null;
      }
      var session = new Session(client);
      sessions.put(client, session);
      return session;
    } finally {
      sessionsLock.unlock();
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    var bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private interface Exit {
    void send(ByteBuffer datagram) throws IOException;
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Held(byte[] datagram, Exit exit) {}

  private final class Session {
    private final InetSocketAddress client;
    private volatile DatagramChannel channel;

    Session(InetSocketAddress client) throws IOException {
      this.client = client;
      this.channel = open();
    }

    void renew() throws IOException {
      DatagramChannel old = channel;
      channel = open();
      TcpRelay.closeQuietly(old);
    }

    void sendToTarget(ByteBuffer datagram) throws IOException {
      channel.write(datagram);
    }

    private DatagramChannel open() throws IOException {
      DatagramChannel opened = DatagramChannel.open();
      try {
        InetAddress source = upstreamSource;
        opened.bind(source == null ? null : new InetSocketAddress(source, 0));
        opened.connect(target);
      } catch (IOException unreachable) {
        opened.close();
        throw unreachable;
      }
      startThread("udp-relay-session", () -> readFrom(opened));
      return opened;
    }

    private void readFrom(DatagramChannel from) {
      ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
      while (!closed) {
        try {
          if (received(from, buffer.clear())) {
            toClient.take(bytes(buffer.flip()), datagram -> front.send(datagram, client));
          }
        } catch (IOException renewedOrClosed) {
          return;
        }
      }
    }

    /** False when all that came is the news that the target is not up. */
    private static boolean received(DatagramChannel from, ByteBuffer into) throws IOException {
      try {
        from.read(into);
        return true;
      } catch (PortUnreachableException targetNotUp) {
        return false;
      }
    }
  }

  private final class Direction {
    private final UdpLane lane = new UdpLane();
    private final DelayLine<Held> line = new DelayLine<>(HELD_BYTES);
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final SeededRandom random;
    private long freeAtNanos = System.nanoTime();

    Direction(SeededRandom random) {
      this.random = random;
    }

    void take(byte[] datagram, Exit exit) {
      lock.lock();
      try {
        boolean unlucky = happens(lane.drop());
        boolean doubled = happens(lane.duplicate());
        long dueNanos = System.nanoTime() + lane.delayNanos();
        if (happens(lane.reorder())) {
          dueNanos += random.nextLong(lane.reorderDelayNanos() + 1);
        }
        if (unlucky || datagram.length > lane.mtuBytes() || !fits(datagram.length)) {
          dropped.incrementAndGet();
          return;
        }
        dueNanos += Math.max(0, freeAtNanos - System.nanoTime());
        for (int copies = doubled ? 2 : 1; copies > 0; copies--) {
          if (!line.offer(new Held(datagram, exit), datagram.length, dueNanos)) {
            dropped.incrementAndGet();
          }
        }
      } finally {
        lock.unlock();
      }
    }

    void drain() {
      try {
        Held next = line.take();
        while (next != null) {
          try {
            next.exit.send(ByteBuffer.wrap(next.datagram));
            forwarded.incrementAndGet();
          } catch (IOException lost) {
            if (closed) {
              return;
            }
            dropped.incrementAndGet();
          }
          next = line.take();
        }
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      }
    }

    /** Takes a place in the queue in front of the bandwidth; false when it is full. */
    private boolean fits(int bytes) {
      long perSecond = lane.bytesPerSecond();
      if (perSecond == 0) {
        return true;
      }
      long nowNanos = System.nanoTime();
      long waitNanos = Math.max(0, freeAtNanos - nowNanos);
      if (waitNanos / 1e9 * perSecond > lane.queueBytes()) {
        return false;
      }
      freeAtNanos = nowNanos + waitNanos + Math.round(bytes * 1e9 / perSecond);
      return true;
    }

    private boolean happens(double share) {
      return share > 0 && random.nextDouble() < share;
    }
  }
}
