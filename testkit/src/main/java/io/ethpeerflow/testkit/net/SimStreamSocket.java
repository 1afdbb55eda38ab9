package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.time.VirtualLoop;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/**
 * A TCP-like stream: reliable and ordered, at the pace that links, loss and the other side's reader
 * allow.
 *
 * <p>Bytes written in one turn of the loop leave together at the end of the turn, in packets of the
 * configured size. A lost packet shows as a delay of everything behind it.
 *
 * <p>Threading: every call belongs to the socket's loop and throws {@link IllegalStateException}
 * elsewhere; a test steps in with {@link VirtualLoop#run}.
 */
public final class SimStreamSocket {
  private final StreamEngine engine;

  SimStreamSocket(StreamEngine engine) {
    this.engine = engine;
  }

  /** This end's address, never the wildcard (except when there was no way to the destination). */
  public InetSocketAddress localAddress() {
    return engine.flow().local();
  }

  /** The other end's address. */
  public InetSocketAddress remoteAddress() {
    return engine.flow().remote();
  }

  /** The loop that calls and callbacks belong to. */
  public VirtualLoop loop() {
    return engine.loop();
  }

  /** Whether the socket is connected and neither closed nor failed. */
  public boolean isOpen() {
    return engine.isOpen();
  }

  /** Bytes written and not yet acknowledged by the other side. */
  public int queuedBytes() {
    return engine.queuedBytes();
  }

  /**
   * Whether the send buffer has room. After a false, {@link SimStreamHandler#onWritable} tells when
   * it has again.
   */
  public boolean isWritable() {
    checkLoop();
    return engine.isWritable();
  }

  /**
   * Queues bytes, also beyond the send buffer, up to 64 MiB. Consumes {@code data}, also when the
   * socket is closed (the bytes are then lost).
   *
   * @return {@link #isWritable()} afterwards
   * @throws IllegalStateException after {@link #shutdownOutput()}, or when more than 64 MiB would
   *     be queued
   */
  public boolean write(ByteBuf data) {
    if (!loop().inLoop()) {
      data.release();
    }
    checkLoop();
    return engine.write(data);
  }

  /**
   * Whether arriving bytes are handed over; true at first. While they are not, they fill the
   * receive buffer and then stop the other side.
   */
  public void reading(boolean enabled) {
    checkLoop();
    engine.reading(enabled);
  }

  /** Sends FIN after what is queued; reading goes on. Idempotent. */
  public void shutdownOutput() {
    checkLoop();
    engine.shutdownOutput();
  }

  /**
   * Closes: what is queued is still sent, then FIN; bytes that were received and not read, or that
   * arrive later, are answered with a reset. The handler hears {@code onClosed} in a later turn.
   * Idempotent.
   */
  public void close() {
    checkLoop();
    engine.close();
  }

  /** Drops what is queued and tells the other side with a reset. Idempotent. */
  public void reset() {
    checkLoop();
    engine.reset();
  }

  /**
   * Disappears without a packet, as behind a NAT that forgot: the other side hears nothing,
   * whatever it sends. This side's handler hears {@code onClosed}.
   */
  public void cut() {
    checkLoop();
    engine.cut();
  }

  private void checkLoop() {
    if (!loop().inLoop()) {
      throw new IllegalStateException("call on " + loop());
    }
  }

  @Override
  public String toString() {
    return "SimStreamSocket["
        + Packet.text(localAddress())
        + ">"
        + Packet.text(remoteAddress())
        + "]";
  }
}
