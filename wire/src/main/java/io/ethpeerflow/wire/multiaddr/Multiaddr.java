package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.ByteBuf;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network address that says which protocols to speak, outermost last, such as {@code
 * /ip4/192.0.2.1/udp/4001/quic-v1/p2p/12D3...}. Immutable; kept in its binary form, which decides
 * about equality and order.
 *
 * <p>Every address but {@link #EMPTY} has the property that {@code parse(a.toString())} equals
 * {@code a}. An address with a protocol code that is not in {@link Protocol} is malformed; {@link
 * MultiaddrCollector} leaves such ones out of a received list.
 */
public final class Multiaddr implements Comparable<Multiaddr> {
  /** Longest binary form, in bytes. */
  public static final int MAX_BYTES = 4096;

  /**
   * Longest text form that is parsed, in characters: every byte percent-encoded, and some names.
   */
  public static final int MAX_CHARS = 3 * MAX_BYTES + 256;

  /** Most components of an address; real ones have up to twelve. */
  public static final int MAX_COMPONENTS = 32;

  /**
   * The address of no component, which only taking components off another address gives; its text
   * form is a slash.
   */
  public static final Multiaddr EMPTY = new Multiaddr(new byte[0]);

  private final byte[] bytes;
  private final int hash;

  private Multiaddr(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * The address with a text form that is known to be right, such as a constant. For text from
   * elsewhere use {@link #parse}.
   *
   * @throws IllegalArgumentException if it is not the text form of an address
   */
  public static Multiaddr of(String text) {
    try {
      return parse(text);
    } catch (WireFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * The address with these components.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_COMPONENTS}, they have more
   *     than {@link #MAX_BYTES}, or {@code unix} is not the last
   */
  public static Multiaddr of(Component... components) {
    Multiaddr result = EMPTY;
    for (Component component : components) {
      result = result.encapsulate(component);
    }
    return result;
  }

  /** {@code /ip4|ip6/.../tcp/...}, the IPv6 address with its zone if it has one. */
  public static Multiaddr ofTcp(InetSocketAddress address) {
    return ofSocket(address, Protocol.TCP);
  }

  /** {@code /ip4|ip6/.../udp/...}, the IPv6 address with its zone if it has one. */
  public static Multiaddr ofUdp(InetSocketAddress address) {
    return ofSocket(address, Protocol.UDP);
  }

  private static Multiaddr ofSocket(InetSocketAddress socket, Protocol protocol) {
    InetAddress address = socket.getAddress();
    if (address == null) {
      throw new IllegalArgumentException("unresolved: " + socket);
    }
    Multiaddr result = EMPTY;
    if (address instanceof Inet6Address ip6) {
      if (ip6.getScopedInterface() != null) {
        result =
            result.encapsulate(
                new Component.Text(Protocol.IP6ZONE, ip6.getScopedInterface().getName()));
      } else if (ip6.getScopeId() != 0) {
        result =
            result.encapsulate(
                new Component.Text(Protocol.IP6ZONE, Integer.toString(ip6.getScopeId())));
      }
    }
    return result
        .encapsulate(new Component.Ip(address))
        .encapsulate(new Component.Port(protocol, socket.getPort()));
  }

  /**
   * Parses the text form. Slashes at the end are ignored, except in the path of {@code unix};
   * {@code ipfs} is read as {@code p2p}.
   *
   * @throws WireFormatException if the text is malformed, has an unknown protocol, or exceeds a
   *     limit
   */
  public static Multiaddr parse(String text) throws WireFormatException {
    // [spec addressing/forms]
    return new Multiaddr(TextParser.parse(text));
  }

  /**
   * Decodes the binary form that is the whole of {@code bytes}.
   *
   * @throws WireFormatException if it is empty, malformed, has an unknown protocol, or exceeds a
   *     limit
   */
  public static Multiaddr decode(byte[] bytes) throws WireFormatException {
    checkLength(bytes.length);
    return decodeOwned(bytes.clone());
  }

  /**
   * Decodes the binary form that is the next {@code length} bytes of a buffer.
   *
   * @param in borrowed; on success its reader index moves behind the address, on failure it stays
   * @throws WireFormatException if it is empty, truncated, malformed, has an unknown protocol, or
   *     exceeds a limit
   */
  public static Multiaddr decode(ByteBuf in, int length) throws WireFormatException {
    checkLength(length);
    if (length < 0 || length > in.readableBytes()) {
      throw new WireFormatException(
          "multiaddr of " + length + " bytes, " + in.readableBytes() + " are left");
    }
    byte[] bytes = new byte[length];
    in.getBytes(in.readerIndex(), bytes);
    Multiaddr result = decodeOwned(bytes);
    in.skipBytes(length);
    return result;
  }

  /**
   * Decodes the addresses of a received list and leaves out those that are malformed or have an
   * unknown protocol.
   *
   * @param maxAddresses how many addresses to keep; the rest is counted as skipped
   */
  public static MultiaddrCollector decodeAll(Iterable<byte[]> addresses, int maxAddresses) {
    var collector = new MultiaddrCollector(maxAddresses);
    for (byte[] address : addresses) {
      collector.add(address);
    }
    return collector;
  }

  private static Multiaddr decodeOwned(byte[] bytes) throws WireFormatException {
    BinaryForm.check(bytes);
    return new Multiaddr(bytes);
  }

  private static void checkLength(int length) throws WireFormatException {
    if (length > MAX_BYTES) {
      throw new WireFormatException(
          "multiaddr of " + length + " bytes exceeds the " + MAX_BYTES + " allowed");
    }
  }

  /** The binary form: a fresh array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Length of the binary form in bytes, 0 to {@link #MAX_BYTES}. */
  public int sizeBytes() {
    return bytes.length;
  }

  /**
   * Appends the binary form.
   *
   * @param out borrowed
   */
  public void writeTo(ByteBuf out) {
    out.writeBytes(bytes);
  }

  /** Whether this is {@link #EMPTY}. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** The components, first to last. */
  public List<Component> components() {
    List<Component> components = new ArrayList<>();
    var cursor = new Cursor(bytes);
    while (cursor.next()) {
      components.add(cursor.component());
    }
    return List.copyOf(components);
  }

  /** The protocols of the components, first to last: what a transport looks at. */
  public List<Protocol> protocols() {
    List<Protocol> protocols = new ArrayList<>();
    var cursor = new Cursor(bytes);
    while (cursor.next()) {
      protocols.add(cursor.protocol);
    }
    return List.copyOf(protocols);
  }

  /** Whether a component has this protocol. */
  public boolean has(Protocol protocol) {
    var cursor = new Cursor(bytes);
    while (cursor.next()) {
      if (cursor.protocol == protocol) {
        return true;
      }
    }
    return false;
  }

  /** The first component with a protocol, or null if there is none. */
  public @Nullable Component first(Protocol protocol) {
    var cursor = new Cursor(bytes);
    while (cursor.next()) {
      if (cursor.protocol == protocol) {
        return cursor.component();
      }
    }
    return null;
  }

  /**
   * The peer at this address: the value of {@code p2p} if that is the last component. In {@code
   * /p2p/R/p2p-circuit/p2p/T} it is T; {@code /p2p/R/p2p-circuit} names none.
   *
   * @return null if the last component is another one
   */
  public @Nullable PeerId peerId() {
    var cursor = new Cursor(bytes);
    boolean last = false;
    while (cursor.next()) {
      last = cursor.protocol == Protocol.P2P;
    }
    return last ? ((Component.Peer) cursor.component()).peerId() : null;
  }

  /** This address with {@code /p2p/<id>} at its end, in place of another peer id that is there. */
  public Multiaddr withPeerId(PeerId id) {
    return withoutPeerId().encapsulate(new Component.Peer(id));
  }

  /**
   * This address without {@code /p2p/<id>} at its end, also when that stands there several times,
   * so that {@link #peerId} of the result is null; itself if there is none.
   */
  public Multiaddr withoutPeerId() {
    var cursor = new Cursor(bytes);
    int end = 0;
    while (cursor.next()) {
      if (cursor.protocol != Protocol.P2P) {
        end = cursor.valueTo;
      }
    }
    return end == bytes.length ? this : prefix(end);
  }

  /**
   * This address with another one behind it.
   *
   * @throws IllegalArgumentException if the result would exceed {@link #MAX_BYTES} or {@link
   *     #MAX_COMPONENTS}, or this address ends in {@code unix}
   */
  public Multiaddr encapsulate(Multiaddr inner) {
    return concatenate(inner.bytes);
  }

  /**
   * This address with a component behind it.
   *
   * @throws IllegalArgumentException if the result would exceed {@link #MAX_BYTES} or {@link
   *     #MAX_COMPONENTS}, or this address ends in {@code unix}
   */
  public Multiaddr encapsulate(Component inner) {
    return concatenate(Cursor.encode(inner));
  }

  private Multiaddr concatenate(byte[] inner) {
    if (inner.length == 0) {
      return this;
    }
    try {
      checkLength(bytes.length + inner.length);
      byte[] joined = Arrays.copyOf(bytes, bytes.length + inner.length);
      System.arraycopy(inner, 0, joined, bytes.length, inner.length);
      return decodeOwned(joined);
    } catch (WireFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * This address up to the last component with a protocol, which is left out with all behind it;
   * itself if there is none.
   */
  public Multiaddr decapsulate(Protocol protocol) {
    var cursor = new Cursor(bytes);
    int last = -1;
    while (cursor.next()) {
      if (cursor.protocol == protocol) {
        last = cursor.from;
      }
    }
    return last < 0 ? this : prefix(last);
  }

  private Multiaddr prefix(int length) {
    return length == 0 ? EMPTY : new Multiaddr(Arrays.copyOf(bytes, length));
  }

  /**
   * The IP address and TCP or UDP port at the beginning of this address, an IPv6 address with the
   * zone before it if this machine has an interface of that name.
   *
   * @return null if the address does not begin so, or its zone is unknown here
   */
  public @Nullable InetSocketAddress socketAddress() {
    var cursor = new Cursor(bytes);
    String zone = null;
    if (!cursor.next()) {
      return null;
    }
    if (cursor.protocol == Protocol.IP6ZONE) {
      zone = ((Component.Text) cursor.component()).text();
      if (!cursor.next() || cursor.protocol != Protocol.IP6) {
        return null;
      }
    }
    if (!(cursor.component() instanceof Component.Ip ip) || !cursor.next()) {
      return null;
    }
    if (cursor.protocol != Protocol.TCP && cursor.protocol != Protocol.UDP) {
      return null;
    }
    int port = ((Component.Port) cursor.component()).port();
    if (zone == null) {
      return new InetSocketAddress(ip.address(), port);
    }
    try {
      // a literal, not a name: nothing is looked up but the interface
      return new InetSocketAddress(InetAddress.getByName(ip.valueText() + "%" + zone), port);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  @Override
  public int compareTo(Multiaddr other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Multiaddr that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The text form. */
  @Override
  public String toString() {
    return TextPrinter.print(bytes);
  }
}
