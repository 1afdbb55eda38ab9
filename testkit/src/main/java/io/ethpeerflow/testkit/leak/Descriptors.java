package io.ethpeerflow.testkit.leak;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The open file descriptors of this process, on systems that have {@code /proc}. */
final class Descriptors {
  private static final File DIRECTORY = new File("/proc/self/fd");
  private static final String[] TCP_STATES = {
    "?",
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING"
  };

  private Descriptors() {}

  /** Descriptor numbers and what they stand for; empty where {@code /proc} is missing. */
  static Map<Integer, String> snapshot() {
    String[] names = DIRECTORY.list();
    var open = new TreeMap<Integer, String>();
    if (names == null) {
      return open;
    }
    for (String name : names) {
      try {
        String target = Files.readSymbolicLink(Path.of("/proc/self/fd", name)).toString();
        if (isCounted(target)) {
          open.put(Integer.valueOf(name), target);
        }
      } catch (IOException closedMeanwhile) {
        open.remove(Integer.valueOf(name));
      }
    }
    return open;
  }

  /** What is open now and was not open, or stood for something else, before. */
  static Map<Integer, String> openedSince(Map<Integer, String> before) {
    Map<Integer, String> now = snapshot();
    now.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
    if (!now.isEmpty()) {
      Map<String, String> sockets = socketsByInode();
      now.values().removeIf(target -> isAttachListener(sockets.getOrDefault(target, target)));
    }
    return now;
  }

  /** One line per descriptor; sockets with their addresses. */
  static List<String> describe(Map<Integer, String> leaked) {
    Map<String, String> sockets = socketsByInode();
    var lines = new ArrayList<String>();
    leaked.forEach(
        (number, target) -> lines.add("fd " + number + " " + sockets.getOrDefault(target, target)));
    return lines;
  }

  /**
   * Makes the JDK open what it opens once and keeps: the pollers of virtual threads and the pair of
   * sockets behind NIO's asynchronous close.
   */
  static void openWhatTheJdkKeeps() {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress("127.0.0.1", 0));
      Thread client =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                      channel.read(ByteBuffer.allocate(1));
                    } catch (IOException refused) {
                      throw new UncheckedIOException(refused);
                    }
                  });
      try (SocketChannel accepted = server.accept()) {
        accepted.write(ByteBuffer.allocate(1));
        client.join();
      }
    } catch (IOException noLoopback) {
      return;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isCounted(String target) {
    return !target.endsWith(".jar")
        && !target.endsWith(".jmod")
        && !target.endsWith(".so")
        && !target.endsWith("/lib/modules")
        && !target.startsWith("/proc/")
        && !target.startsWith("/sys/")
        && !target.startsWith("/dev/");
  }

  /** The socket that the JVM opens, once, when an agent or a tool attaches to it. */
  private static boolean isAttachListener(String socket) {
    return socket.contains("/.java_pid");
  }

  private static Map<String, String> socketsByInode() {
    var sockets = new HashMap<String, String>();
    for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (String line : lines(Path.of("/proc/self/net", protocol))) {
        String[] columns = line.trim().split("\\s+");
        if (columns.length > 9 && columns[0].endsWith(":")) {
          int state = Integer.parseInt(columns[3], 16);
          sockets.put(
              "socket:[" + columns[9] + "]",
              protocol
                  + " "
                  + address(columns[1])
                  + " -> "
                  + address(columns[2])
                  + (protocol.startsWith("tcp") && state < TCP_STATES.length
                      ? " " + TCP_STATES[state]
                      : ""));
        }
      }
    }
    for (String line : lines(Path.of("/proc/self/net/unix"))) {
      String[] columns = line.trim().split("\\s+");
      if (columns.length > 6) {
        sockets.put(
            "socket:[" + columns[6] + "]",
            "unix " + (columns.length > 7 ? columns[7] : "(unnamed)"));
      }
    }
    return sockets;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /** The kernel prints addresses as 32-bit words in host order, here little endian. */
  private static String address(String hex) {
    int colon = hex.indexOf(':');
    byte[] bytes = HexFormat.of().parseHex(hex.substring(0, colon));
    for (int word = 0; word < bytes.length; word += 4) {
      byte first = bytes[word];
      bytes[word] = bytes[word + 3];
      bytes[word + 3] = first;
      byte second = bytes[word + 1];
      bytes[word + 1] = bytes[word + 2];
      bytes[word + 2] = second;
    }
    try {
      String host = InetAddress.getByAddress(bytes).getHostAddress();
      return (bytes.length == 16 ? "[" + host + "]" : host)
          + ":"
          + Integer.parseInt(hex.substring(colon + 1), 16);
    } catch (UnknownHostException impossibleLength) {
      return hex;
    }
  }
}
