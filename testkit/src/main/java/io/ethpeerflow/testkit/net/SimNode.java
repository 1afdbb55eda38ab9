package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.time.VirtualLoop;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the simulated network: addresses, ports and sockets.
 *
 * <p>A wildcard address ({@code 0.0.0.0}, {@code ::}) stands for the node's addresses of that
 * family only. Datagram and stream ports are separate. {@code 127.0.0.1} and {@code ::1} reach
 * another node only if they were given to it: give each node its own addresses.
 */
public final class SimNode {
  private static final int FIRST_EPHEMERAL_PORT = 49_152;

  private final SimNetwork network;
  private final String name;
  private final Set<InetAddress> addresses = new LinkedHashSet<>();
  private final Map<InetSocketAddress, SimDatagramSocket> datagramSockets = new LinkedHashMap<>();
  private final Map<InetSocketAddress, SimStreamListener> listeners = new LinkedHashMap<>();
  private final Map<Flow, StreamEngine> streams = new LinkedHashMap<>();
  private final Set<Flow> vanished = new HashSet<>();
  private int nextPort = FIRST_EPHEMERAL_PORT;
  private boolean silent;

  SimNode(SimNetwork network, String name) {
    this.network = network;
    this.name = name;
  }

  /** The name given at creation. */
  public String name() {
    return name;
  }

  /** The network this node is part of. */
  public SimNetwork network() {
    return network;
  }

  /** The addresses, in the order they were added. */
  public List<InetAddress> addresses() {
    return List.copyOf(addresses);
  }

  /**
   * Gives the node another address.
   *
   * @param literal an IPv4 or IPv6 address that no node has
   */
  public void addAddress(String literal) {
    InetAddress address = parse(literal);
    network.register(this, address);
    addresses.add(address);
  }

  /** Takes an address away: what is sent to it no longer arrives. Sockets are not told. */
  public void removeAddress(String literal) {
    InetAddress address = parse(literal);
    if (!addresses.remove(address)) {
      throw new IllegalArgumentException(name + " does not have " + literal);
    }
    network.unregister(address);
  }

  /**
   * Whether the node ignores what fits none of its sockets, as a firewall does, so that connects
   * time out; otherwise it refuses them.
   */
  public void silent(boolean ignoreUnknown) {
    silent = ignoreUnknown;
  }

  /**
   * Opens a datagram socket.
   *
   * @param local an address of this node or a wildcard; port 0 picks a free one
   * @throws BindException if the address is not the node's, or the port is taken
   */
  public SimDatagramSocket bindDatagram(
      VirtualLoop loop, InetSocketAddress local, SimDatagramHandler handler) throws BindException {
    InetSocketAddress bound = choose(local, datagramSockets.keySet());
    var socket = new SimDatagramSocket(this, loop, bound, handler);
    datagramSockets.put(bound, socket);
    return socket;
  }

  /**
   * Listens for streams; accepted sockets use the given loop.
   *
   * @see #listen(InetSocketAddress, StreamOptions, Supplier, SimStreamListener.Acceptor)
   */
  public SimStreamListener listen(
      VirtualLoop loop, InetSocketAddress local, SimStreamListener.Acceptor acceptor)
      throws BindException {
    return listen(local, StreamOptions.DEFAULT, () -> loop, acceptor);
  }

  /**
   * Listens for streams.
   *
   * @param local an address of this node or a wildcard; port 0 picks a free one
   * @param loops asked once per accepted socket
   * @throws BindException if the address is not the node's, or the port is taken
   */
  public SimStreamListener listen(
      InetSocketAddress local,
      StreamOptions options,
      Supplier<VirtualLoop> loops,
      SimStreamListener.Acceptor acceptor)
      throws BindException {
    InetSocketAddress bound = choose(local, listeners.keySet());
    var listener = new SimStreamListener(this, bound, options, loops, acceptor);
    listeners.put(bound, listener);
    network.record("listen", name + " " + Packet.text(bound));
    return listener;
  }

  /**
   * Opens a stream with the default options from a free port.
   *
   * @see #connect(VirtualLoop, InetSocketAddress, InetSocketAddress, StreamOptions,
   *     SimStreamHandler)
   */
  public SimStreamSocket connect(
      VirtualLoop loop, InetSocketAddress remote, SimStreamHandler handler) {
    return connect(loop, null, remote, StreamOptions.DEFAULT, handler);
  }

  /**
   * Opens a stream. Returns at once; the handler hears {@code onConnected} after one round trip, or
   * {@code onClosed} with the reason, never during this call. Two nodes that connect to each
   * other's bound ports at the same time get one stream (simultaneous open).
   *
   * @param local where to connect from: null picks an address and a port; a port that this node
   *     listens on is allowed, as with {@code SO_REUSEPORT}
   */
  public SimStreamSocket connect(
      VirtualLoop loop,
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      StreamOptions options,
      SimStreamHandler handler) {
    return StreamEngine.connect(this, loop, local, remote, options, handler);
  }

  /**
   * Stops the machine as a power cut does: all sockets and listeners are gone, no packet says so
   * and no handler hears of it. The node itself works on, as if started again: packets of its old
   * streams are answered with a reset.
   */
  public void crash() {
    network.record("crash", name);
    List.copyOf(streams.values()).forEach(StreamEngine::vanish);
    datagramSockets.values().forEach(SimDatagramSocket::vanish);
    listeners.values().forEach(SimStreamListener::vanish);
    streams.clear();
    datagramSockets.clear();
    listeners.clear();
    vanished.clear();
  }

  /** How many stream sockets the node has in any state, lingering ones included. */
  public int openStreams() {
    return streams.size();
  }

  void transmit(Packet packet) {
    network.transmit(this, packet);
  }

  /** Returns why the packet could not be delivered, or an empty text. */
  String deliver(Packet packet) {
    if (!addresses.contains(packet.to().getAddress())) {
      return "no-route";
    }
    return switch (packet) {
      case Packet.Datagram datagram -> deliverDatagram(datagram);
      case Segment segment -> deliverSegment(segment);
    };
  }

  /** The address that packets to the destination leave from. */
  InetAddress sourceFor(InetSocketAddress to) throws NoRouteToHostException {
    if (addresses.contains(to.getAddress())) {
      return to.getAddress();
    }
    for (InetAddress address : addresses) {
      if (address instanceof Inet4Address == to.getAddress() instanceof Inet4Address) {
        return address;
      }
    }
    throw new NoRouteToHostException(name + " has no way to " + Packet.text(to));
  }

  /** Checks that packets to the destination can leave from the address. */
  void checkRoute(InetAddress from, InetSocketAddress to) throws NoRouteToHostException {
    if (!addresses.contains(from)
        || from instanceof Inet4Address != to.getAddress() instanceof Inet4Address) {
      throw new NoRouteToHostException(
          name + " has no way from " + from.getHostAddress() + " to " + Packet.text(to));
    }
  }

  InetSocketAddress chooseStreamPort(InetAddress source, InetSocketAddress remote) {
    for (int tries = 0; tries <= 65_535 - FIRST_EPHEMERAL_PORT; tries++) {
      var candidate = new InetSocketAddress(source, takePort());
      if (!listeners.containsKey(candidate) && !streams.containsKey(new Flow(candidate, remote))) {
        return candidate;
      }
    }
    throw new IllegalStateException(name + " has no free port");
  }

  boolean add(StreamEngine stream, Flow flow) {
    vanished.remove(flow);
    return streams.putIfAbsent(flow, stream) == null;
  }

  void remove(StreamEngine stream, Flow flow) {
    streams.remove(flow, stream);
  }

  /** Forgets a stream and stays silent when its packets arrive. */
  void bury(StreamEngine stream, Flow flow) {
    remove(stream, flow);
    vanished.add(flow);
  }

  InetSocketAddress moveDatagram(SimDatagramSocket socket, InetSocketAddress to)
      throws BindException {
    var taken = new HashSet<>(datagramSockets.keySet());
    taken.remove(socket.localAddress());
    InetSocketAddress bound = choose(to, taken);
    datagramSockets.remove(socket.localAddress());
    datagramSockets.put(bound, socket);
    network.record("rebind", Packet.text(socket.localAddress()) + " " + Packet.text(bound));
    return bound;
  }

  void release(SimDatagramSocket socket) {
    datagramSockets.remove(socket.localAddress(), socket);
  }

  void release(SimStreamListener listener) {
    listeners.remove(listener.localAddress(), listener);
    network.record("unlisten", name + " " + Packet.text(listener.localAddress()));
  }

  private String deliverDatagram(Packet.Datagram datagram) {
    SimDatagramSocket socket = find(datagramSockets, datagram.to());
    if (socket == null || socket.loop().isShutDown()) {
      return "no-socket";
    }
    network.delivered(datagram);
    socket.deliver(datagram);
    return "";
  }

  private String deliverSegment(Segment segment) {
    var flow = new Flow(segment.to(), segment.from());
    StreamEngine stream = streams.get(flow);
    if (stream != null && stream.yieldsTo(segment)) {
      streams.remove(flow);
      stream = null;
    }
    if (stream != null) {
      if (stream.isDead()) {
        return "no-loop";
      }
      network.delivered(segment);
      stream.deliver(segment);
      return "";
    }
    SimStreamListener listener = find(listeners, segment.to());
    if (listener != null && segment.kind() == Segment.Kind.SYN && !segment.hasAck()) {
      network.delivered(segment);
      StreamEngine.answer(this, listener, flow, segment);
      return "";
    }
    if (silent || vanished.contains(flow)) {
      return "ignored";
    }
    if (segment.kind() == Segment.Kind.RST) {
      return "no-socket";
    }
    network.delivered(segment);
    transmit(Segment.refusalOf(segment));
    return "";
  }

  private static <T> @Nullable T find(Map<InetSocketAddress, T> sockets, InetSocketAddress to) {
    T exact = sockets.get(to);
    return exact != null
        ? exact
        : sockets.get(new InetSocketAddress(wildcardLike(to.getAddress()), to.getPort()));
  }

  private InetSocketAddress choose(InetSocketAddress wanted, Set<InetSocketAddress> taken)
      throws BindException {
    InetAddress address = wanted.getAddress();
    if (!address.isAnyLocalAddress() && !addresses.contains(address)) {
      throw new BindException(name + " does not have " + address.getHostAddress());
    }
    if (wanted.getPort() != 0) {
      if (isTaken(wanted, taken)) {
        throw new BindException("address already in use: " + Packet.text(wanted));
      }
      return wanted;
    }
    for (int tries = 0; tries <= 65_535 - FIRST_EPHEMERAL_PORT; tries++) {
      var candidate = new InetSocketAddress(address, takePort());
      if (!isTaken(candidate, taken)) {
        return candidate;
      }
    }
    throw new BindException(name + " has no free port");
  }

  private static boolean isTaken(InetSocketAddress wanted, Set<InetSocketAddress> taken) {
    InetAddress address = wanted.getAddress();
    if (!address.isAnyLocalAddress()) {
      return taken.contains(wanted)
          || taken.contains(new InetSocketAddress(wildcardLike(address), wanted.getPort()));
    }
    return taken.stream()
        .anyMatch(
            other ->
                other.getPort() == wanted.getPort()
                    && other.getAddress() instanceof Inet4Address
                        == address instanceof Inet4Address);
  }

  private int takePort() {
    int port = nextPort;
    nextPort = port == 65_535 ? FIRST_EPHEMERAL_PORT : port + 1;
    return port;
  }

  private static InetAddress wildcardLike(InetAddress address) {
    return parse(address instanceof Inet4Address ? "0.0.0.0" : "::");
  }

  private static InetAddress parse(String literal) {
    if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException("not a literal address: " + literal);
    }
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException malformed) {
      throw new IllegalArgumentException("not a literal address: " + literal, malformed);
    }
  }

  @Override
  public String toString() {
    return "SimNode[" + name + " " + new ArrayList<>(addresses) + "]";
  }

  /** A stream as this node names it. */
  record Flow(InetSocketAddress local, InetSocketAddress remote) {}
}
