package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.error.TransportUnavailableException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Stands in for a transport that cannot run here: a host that has it starts, and whoever dials or
 * listens on one of its addresses is told what is missing. Thread-safe.
 */
public final class UnavailableTransport implements Transport {
  private final String name;
  private final Predicate<Multiaddr> addresses;
  private final String reason;

  /**
   * A stand-in.
   *
   * @param name the transport's name, for example {@code quic}
   * @param addresses those that the transport would dial and listen on
   * @param reason what is missing, such as the name of an artifact
   */
  public UnavailableTransport(String name, Predicate<Multiaddr> addresses, String reason) {
    this.name = name;
    this.addresses = addresses;
    this.reason = reason;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean canDial(Multiaddr address) {
    return addresses.test(address);
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return addresses.test(address);
  }

  /** Fails with {@link TransportUnavailableException}. */
  @Override
  public CompletableFuture<MuxedConnection> dial(DialRequest request) {
    return CompletableFuture.failedFuture(new TransportUnavailableException(name, reason));
  }

  /** Fails with {@link TransportUnavailableException}. */
  @Override
  public CompletableFuture<Listener> listen(Multiaddr address, Consumer<MuxedConnection> accepted) {
    return CompletableFuture.failedFuture(new TransportUnavailableException(name, reason));
  }

  @Override
  public void close() {}
}
