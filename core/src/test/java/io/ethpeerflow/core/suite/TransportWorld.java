package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the cases of {@link TransportContract} take place: a network with two hosts, 1 and 2, real
 * or simulated, and a hand on its time. Closing it ends everything it holds.
 */
public interface TransportWorld extends AutoCloseable {
  /** The loops of a host; the same on each call. */
  Loops loops(int host);

  /** A new transport for a host. */
  Transport transport(int host, TransportContext context);

  /** An address of a host to listen on, with port 0. */
  Multiaddr listenAddress(int host);

  /** As {@link #listenAddress}, for IPv6; null where there is none. */
  @Nullable Multiaddr listenAddress6(int host);

  /** An address of host 2 at which nobody listens, so that a dial is refused. */
  Multiaddr refusedAddress();

  /** The address of something that may accept a connection but never says a word. */
  Multiaddr silentAddress();

  /**
   * Connects to an address from elsewhere, sends bytes as they are and then says nothing more.
   *
   * @param bytes may be empty
   * @return false when this kind of network has no such thing
   */
  boolean connectRaw(Multiaddr address, byte[] bytes);

  /**
   * Lets host 2 die: its connections end without a word, or with a reset. What its transports held
   * is not looked at any more.
   *
   * @return false when this kind of network cannot do that
   */
  boolean kill();

  /** Lets things happen until the condition holds; fails when it does not within a bound. */
  default void until(String what, BooleanSupplier condition) {
    Await.until(what, Duration.ofSeconds(30), condition);
  }

  /** Lets so much time pass. */
  default void pass(Duration time) {
    RealTime.pass(time);
  }

  /** Runs something on a loop and waits for it. */
  default void run(Loop loop, Runnable action) {
    RealTime.run(loop, action);
  }

  /** Whether each connection has a socket, and so an address at our end, of its own. */
  default boolean hasSocketPerConnection() {
    return true;
  }

  /** Whether the transport leaves security and streams to the upgrader, and so its deadline. */
  default boolean upgrades() {
    return true;
  }

  /** Addresses that are no business of the transport. */
  default List<Multiaddr> foreign() {
    return List.of(
        Multiaddr.of("/dns4/example.com/tcp/4001"),
        Multiaddr.of("/ip4/127.0.0.1/udp/4001"),
        Multiaddr.of("/ip4/127.0.0.1/tcp/4001/ws"),
        Multiaddr.of("/ip4/127.0.0.1/udp/4001/quic-v1"),
        Multiaddr.of("/ip4/127.0.0.1"));
  }

  /** Sockets of connections that the two hosts have open, or -1 when that is not known. */
  int openSockets();

  @Override
  void close();
}
