package io.ethpeerflow.host.abuse;

import io.ethpeerflow.testkit.process.ChildProcess;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A running {@link VictimProgram}, asked over its pipes and looked at from outside. */
final class Victim implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final int port;
  private final PeerId id;

  private Victim(ChildProcess process) {
    this.process = process;
    String[] first = process.line("its address", ANSWER, line -> true).split(" ");
    this.port = Integer.parseInt(first[0]);
    this.id = PeerId.of(first[1]);
  }

  static Victim start(VictimSettings settings) {
    return start(settings, List.of());
  }

  /** Starts a victim through another program that takes a command, such as a shell with a limit. */
  static Victim start(VictimSettings settings, List<String> through) {
    var command = new ArrayList<>(through);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-ea",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dio.netty.leakDetection.level=paranoid",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            VictimProgram.class.getName()));
    command.addAll(settings.arguments());
    ChildProcess process = ChildProcess.start("victim", command);
    try {
      return new Victim(process);
    } catch (RuntimeException | AssertionError notStarted) {
      process.close();
      throw notStarted;
    }
  }

  /** Where it listens, on loopback. */
  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  PeerId id() {
    return id;
  }

  AddrInfo addrInfo() {
    return new AddrInfo(id, List.of(Multiaddr.ofTcp(address())));
  }

  /** Sends a command and waits for its answer. */
  synchronized String ask(String command) {
    process.send(command);
    return process.line(ANSWER);
  }

  /** What its limits have in use, by name. */
  Map<String, Long> usage() {
    return numbers(ask("usage"));
  }

  /** Its memory after a collection, and its threads. */
  Map<String, Long> memory() {
    return numbers(ask("memory"));
  }

  private static Map<String, Long> numbers(String answer) {
    var numbers = new LinkedHashMap<String, Long>();
    for (String pair : answer.split(" ")) {
      String[] parts = pair.split("=");
      numbers.put(parts[0], Long.valueOf(parts[1]));
    }
    return numbers;
  }

  /** What it said, and how often, since {@link #forget()}. */
  Map<String, Long> happened() {
    var texts = new LinkedHashMap<String, Long>();
    for (String entry : ask("happened").split("\t")) {
      int blank = entry.indexOf(' ');
      if (blank > 0) {
        texts.put(entry.substring(blank + 1), Long.valueOf(entry.substring(0, blank)));
      }
    }
    return texts;
  }

  /** How often it said something that contains all of these parts. */
  long timesSaid(String... parts) {
    return happened().entrySet().stream()
        .filter(entry -> List.of(parts).stream().allMatch(entry.getKey()::contains))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  void forget() {
    ask("forget");
  }

  /**
   * Its open sockets, pipes and poll descriptors; files of the JVM are not counted, nor anything on
   * a system without {@code /proc}.
   */
  int descriptors() {
    Path directory = Path.of("/proc/" + process.pid() + "/fd");
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    int count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(directory)) {
      for (Path descriptor : open) {
        String target = target(descriptor);
        if (target.startsWith("socket:")
            || target.startsWith("pipe:")
            || target.startsWith("anon_inode:")) {
          count++;
        }
      }
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
    return count;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  /** Processor time it has used. */
  Duration processorTime() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow();
  }

  @Override
  public void close() {
    process.close();
  }
}
