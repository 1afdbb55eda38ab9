package io.ethpeerflow.quic.netty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A UDP socket that says whatever it likes to one address, and counts what it gets back. */
final class Stranger implements AutoCloseable {
  static final int FULL_BYTES = 1200;
  static final int VERSION_1 = 1;

  private static final int INITIAL = 0xc0;
  private static final int ID_BYTES = 8;

  private final DatagramChannel socket;
  private final InetSocketAddress target;
  long sentBytes;
  long receivedBytes;

  Stranger(InetSocketAddress target) {
    this.target = target;
    try {
      socket = DatagramChannel.open();
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      socket.configureBlocking(false);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  InetSocketAddress address() {
    try {
      return (InetSocketAddress) socket.getLocalAddress();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void send(byte[] datagram) {
    try {
      socket.send(ByteBuffer.wrap(datagram), target);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    sentBytes += datagram.length;
  }

  /** What has arrived since it was last asked. */
  List<byte[]> received() {
    var all = new ArrayList<byte[]>();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (socket.receive(buffer.clear()) != null) {
        byte[] datagram = new byte[buffer.flip().remaining()];
        buffer.get(datagram);
        receivedBytes += datagram.length;
        all.add(datagram);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return all;
  }

  /** A packet that looks like the first of a connection until one tries to decrypt it. */
  static byte[] initial(Random random, int version, byte[] token, int length) {
    ByteBuffer packet = ByteBuffer.allocate(length);
    packet.put((byte) INITIAL).putInt(version);
    packet.put((byte) ID_BYTES).put(bytes(random, ID_BYTES));
    packet.put((byte) ID_BYTES).put(bytes(random, ID_BYTES));
    packet.putShort((short) (0x4000 | token.length)).put(token);
    int rest = packet.remaining() - Short.BYTES;
    packet.putShort((short) (0x4000 | rest)).put(bytes(random, rest));
    return packet.array();
  }

  static byte[] bytes(Random random, int length) {
    byte[] some = new byte[length];
    random.nextBytes(some);
    return some;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
