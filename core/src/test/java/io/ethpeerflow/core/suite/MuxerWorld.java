package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Where a case of {@link MuxerContract} takes place: the two ends of one connection, {@code LEFT}
 * having opened it, a hand on what lies between them, and a hand on time, virtual or real. A case
 * makes one world or several, one after the other, and closes each.
 *
 * <p>The test thread calls it, and calls an end only by {@link #run}. What the loops did before
 * {@link #settle}, {@link #until} or {@link #run} returned is visible to the caller.
 *
 * <p>What not every world can do is an {@link Ability}. A world declares those that it has not; the
 * cases that need one are aborted, with the reason.
 */
public interface MuxerWorld extends AutoCloseable {
  /** An end. */
  enum Side {
    /** Who opened the connection; {@link TestIdentities} 1. */
    LEFT,
    /** Who was dialed; {@link TestIdentities} 2. */
    RIGHT;

    /** The other end. */
    public Side other() {
      return this == LEFT ? RIGHT : LEFT;
    }
  }

  /** What some worlds cannot do. */
  enum Ability {
    /** Time stands still but for {@link #pass} and {@link #settle}. */
    STILL_CLOCK("stop the clock"),

    /** The same seed makes the same run. */
    REPEATABLE("do the same twice"),

    /** One end can exist, and send, before the other. */
    LATE_ATTACH("have one end before the other"),

    /**
     * What is written and not yet received stays below {@link LinkOptions#highMarkBytes} and is
     * known: {@link #undeliveredBytes}.
     */
    BOUNDED_LINK("bound what is under way between the ends"),

    /** What lies below the muxer can end in order without the muxer: {@link #endLink}. */
    ORDERLY_END("end in order without the muxer's doing"),

    /** Any bytes can be sent in the place of an end: {@link #inject}. */
    GARBAGE("send garbage in the place of an end"),

    /** Bytes that break the muxer's protocol can be sent by an end: {@link #inject}. */
    VIOLATION("break the muxer's protocol");

    private final String what;

    Ability(String what) {
      this.what = what;
    }

    /** A phrase that follows "this world cannot". */
    public String what() {
      return what;
    }
  }

  /**
   * What a case asks for.
   *
   * @param link how the link behaves; a world follows what means something to it, and {@link
   *     LinkOptions#highMarkBytes} if it is a {@link Ability#BOUNDED_LINK}
   * @param left what the left end charges, empty; the world opens the scope of the connection from
   *     it as a transport does, and closes it after the connection
   * @param right what the right end charges
   */
  record Setup(LinkOptions link, AuditedLimits left, AuditedLimits right) {
    /** What an end charges. */
    public AuditedLimits limits(Side side) {
      return side == Side.LEFT ? left : right;
    }
  }

  /**
   * What an end's connection has to say of itself.
   *
   * @param remoteKey the key of the other end's identity
   * @param localAddress its own address
   * @param remoteAddress the other end's, without {@code /p2p}
   * @param transport the transport's name
   * @param security the security protocol's id
   * @param muxer the muxer's id
   */
  record EndFacts(
      PublicKey remoteKey,
      Multiaddr localAddress,
      Multiaddr remoteAddress,
      String transport,
      String security,
      String muxer) {}

  /** What this world cannot do. */
  default Set<Ability> missing() {
    return Set.of();
  }

  /** The loop of an end; known before its connection. */
  Loop loop(Side side);

  /**
   * Makes an end's connection, or returns it when it is there; nobody accepts its streams yet. The
   * left end is asked for first. Without {@link Ability#LATE_ATTACH} both come into being together.
   */
  MuxedConnection connect(Side side);

  /** What the connection of an end, which is there, has to say. */
  EndFacts facts(Side side);

  /** Where the buffers that a case offers come from. */
  ByteBufAllocator allocator();

  /**
   * Memory of buffers that were not released: those of {@link #allocator} and as many of those that
   * the ends use as are known. 0 after {@link #close}.
   */
  long outstandingBytes();

  /**
   * Runs something as one turn of a loop and waits for it; at once when the caller is in that loop.
   * What the action throws is thrown here.
   */
  default void run(Loop loop, Runnable action) {
    RealTime.run(loop, action);
  }

  /** Runs one action at each end in such a way that neither end sees what the other's did. */
  default void atOnce(Runnable atLeft, Runnable atRight) {
    run(
        loop(Side.RIGHT),
        () -> {
          run(loop(Side.LEFT), atLeft);
          atRight.run();
        });
  }

  /**
   * Lets everything happen that follows from what was done: in virtual time, what is due and a
   * moment more; in real time, what happens until nothing has happened for a while, {@link
   * Stillness}. Timeouts of seconds do not belong to it.
   */
  void settle();

  /**
   * {@link #settle}, for a case that knows what it waits for and needs no quiet after it. In real
   * time it may return as soon as the condition holds, and waits for it longer than for quiet; it
   * returns, too, when that does not come to pass.
   *
   * @param expected asked on the calling thread
   */
  default void settle(BooleanSupplier expected) {
    settle();
  }

  /** {@link #settle}, without letting any time pass where there is {@link Ability#STILL_CLOCK}. */
  default void runDue() {
    settle();
  }

  /** Lets so much time pass. */
  default void pass(Duration time) {
    RealTime.pass(time);
  }

  /** Lets things happen until the condition holds; fails when it does not within a bound. */
  default void until(String what, BooleanSupplier condition) {
    Await.until(what, Duration.ofSeconds(60), condition);
  }

  /** Stops or resumes what travels towards an end; nothing is lost, and nothing arrives. */
  void stall(Side towards, boolean on);

  /**
   * Cuts the connection as a broken network does, for good: what is under way is lost, and so is
   * all that follows. The ends notice at once or after a timeout, of at most some seconds.
   */
  void cut();

  /** Bytes that an end has received from the network since the connection was made. */
  long receivedBytes(Side side);

  /**
   * How many bytes more than the frames of streams {@link #receivedBytes} may show in a case:
   * acknowledgements and the like. 0 for a link that carries frames only.
   */
  default int idleBytes() {
    return 0;
  }

  /** Bytes that an end gave to the link and the other end has not received. */
  default long undeliveredBytes(Side from) {
    throw new UnsupportedOperationException(Ability.BOUNDED_LINK.what());
  }

  /** Ends, in order, what an end's muxer stands on. */
  default void endLink(Side side) {
    throw new UnsupportedOperationException(Ability.ORDERLY_END.what());
  }

  /** Sends bytes in the place of an end, as if its muxer had written them where it can be done. */
  default void inject(Side from, byte[] bytes) {
    throw new UnsupportedOperationException(Ability.GARBAGE.what());
  }

  /**
   * Frees all that is left, closed connections' scopes among it, and lets pass what time that
   * takes.
   */
  @Override
  void close();
}
