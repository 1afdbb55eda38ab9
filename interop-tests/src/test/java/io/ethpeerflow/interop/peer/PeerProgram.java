package io.ethpeerflow.interop.peer;

import io.ethpeerflow.testkit.process.ChildProcess;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A running peer of another implementation, a process or a container, driven by JSON lines as
 * {@code interop-tests/peers/README.md} says. Every wait is bounded; a failure tells the end of
 * what the program wrote to stderr. It ends when this closes, or with this JVM, because it ends
 * with its stdin. Commands run one after another; one thread at a time.
 */
public final class PeerProgram implements AutoCloseable {
  /** For commands that move little. */
  public static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

  private static final int CONTAINER_PORT = 4001;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOG_DELAY = Duration.ofMillis(200);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final Implementation implementation;
  private final ChildProcess process;
  private final @Nullable String container;
  private final @Nullable BridgeNetwork network;
  private final Map<Integer, JsonNode> early = new HashMap<>();
  private int lastId;
  private @Nullable AddrInfo hello;

  private PeerProgram(
      Implementation implementation,
      ChildProcess process,
      @Nullable String container,
      @Nullable BridgeNetwork network) {
    this.implementation = implementation;
    this.process = process;
    this.container = container;
    this.network = network;
  }

  /** A command that was given and not waited for. */
  public record Pending(int id, String command) {}

  /**
   * Starts a peer and waits until it listens.
   *
   * @param network where a container is put; null for a process
   */
  public static PeerProgram start(
      Implementation implementation, PeerOptions options, @Nullable BridgeNetwork network) {
    Installation installation = Installation.of(implementation);
    if (installation.missing() != null) {
      throw new PeerFailure(implementation + " cannot be run: " + installation.missing());
    }
    List<String> command = new ArrayList<>();
    String container = null;
    if (network != null) {
      container = network.name() + "-" + implementation + "-" + STARTED.incrementAndGet();
      command.addAll(
          List.of(Installation.docker(), "run", "--interactive", "--rm", "--name", container));
      command.addAll(List.of("--network", network.name()));
    }
    command.addAll(installation.program());
    String ip = network == null ? "127.0.0.1" : "0.0.0.0";
    int port = network == null ? 0 : CONTAINER_PORT;
    command.addAll(List.of("--listen", "/ip4/" + ip + "/tcp/" + port));
    command.addAll(List.of("--listen", "/ip4/" + ip + "/udp/" + port + "/quic-v1"));
    command.addAll(options.arguments());
    ChildProcess process = ChildProcess.start("peer-" + implementation, command);
    var peer = new PeerProgram(implementation, process, container, network);
    try {
      peer.awaitHello();
      return peer;
    } catch (RuntimeException | AssertionError unusable) {
      peer.close();
      throw unusable;
    }
  }

  private void awaitHello() {
    String line = process.line("its first line", START_LIMIT, any -> true);
    JsonNode first = JSON.readTree(line);
    if (!first.has("peer")) {
      throw failure("did not start: " + line);
    }
    PeerId id = PeerId.of(first.get("peer").asString());
    List<Multiaddr> reachable = new ArrayList<>();
    for (JsonNode addr : first.get("addrs")) {
      Multiaddr candidate = Multiaddr.of(addr.asString());
      boolean loopback = candidate.toString().startsWith("/ip4/127.");
      if (loopback == (container == null)) {
        reachable.add(candidate);
      }
    }
    hello = AddrInfo.of(id, reachable.toArray(Multiaddr[]::new));
  }

  private AddrInfo hello() {
    AddrInfo told = hello;
    if (told == null) {
      throw failure("has not started");
    }
    return told;
  }

  /** Who it is. */
  public PeerId id() {
    return hello().id();
  }

  /**
   * Who it is and the address at which we reach it.
   *
   * @param transport a part that only addresses of the wanted transport have
   */
  public AddrInfo info(Protocol transport) {
    for (Multiaddr address : hello().addresses()) {
      if (address.has(transport)) {
        return new AddrInfo(id(), List.of(address));
      }
    }
    throw failure("tells no address for " + transport.text() + " that can be reached: " + hello);
  }

  /** The address at which it reaches this machine. */
  public String ourIp() {
    return network == null ? "127.0.0.1" : network.gateway();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Gives a command and waits for the answer, which must be a success.
   *
   * @param fields names and values in turn
   * @throws AssertionError when the answer is a failure, or none comes within the limit
   */
  public JsonNode ask(Duration limit, String command, Object... fields) {
    return success(askLater(command, fields), limit);
  }

  /** Waits for the answer to a command, which must be a success. */
  public JsonNode success(Pending asked, Duration limit) {
    JsonNode answer = answer(asked, limit);
    if (!answer.path("ok").asBoolean(false)) {
      throw failure("answered " + asked.command + " with: " + answer.path("error").asString());
    }
    return answer;
  }

  /**
   * Waits for the answer to a command, which must be a failure.
   *
   * @return the error it tells
   */
  public String failure(Pending asked, Duration limit) {
    JsonNode answer = answer(asked, limit);
    if (answer.path("ok").asBoolean(true)) {
      throw failure("answered " + asked.command + ", which should have failed, with: " + answer);
    }
    return answer.path("error").asString();
  }

  /** Gives a command. */
  public Pending askLater(String command, Object... fields) {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", ++lastId).put("command", command);
    for (int i = 0; i < fields.length; i += 2) {
      line.putPOJO((String) fields[i], fields[i + 1]);
    }
    process.send(JSON.writeValueAsString(line));
    return new Pending(lastId, command);
  }

  private JsonNode answer(Pending asked, Duration limit) {
    long startNanos = System.nanoTime();
    while (true) {
      JsonNode answer = early.remove(asked.id);
      if (answer != null) {
        return answer;
      }
      Duration left = limit.minusNanos(System.nanoTime() - startNanos);
      JsonNode next =
          JSON.readTree(process.line("an answer to " + asked.command, left, any -> true));
      early.put(next.path("id").asInt(0), next);
    }
  }

  private PeerFailure failure(String what) {
    String stderr = process.errorTail();
    return new PeerFailure(
        implementation + " " + what + (stderr.isEmpty() ? "" : "\n  its stderr:\n" + stderr));
  }

  /** Tells the state of the program and the end of its stderr, beside a failure found elsewhere. */
  public PeerFailure bystander() throws InterruptedException {
    Thread.sleep(LOG_DELAY);
    return failure(isAlive() ? "was running" : "had ended");
  }

  /** Kills it at once, as a crash would; waits until it is gone. */
  public void kill() {
    if (container == null) {
      process.kill();
    } else {
      BridgeNetwork.docker("kill", "--signal", "KILL", container);
      process.exitCode(END_LIMIT);
    }
  }

  /** Lets it end by itself, as it must when its stdin ends; kills it when it does not. */
  @Override
  public void close() {
    try (process) {
      process.closeInput();
      process.exitCode(END_LIMIT);
    } catch (AssertionError doesNotEnd) {
      System.err.println("killed because: " + doesNotEnd.getMessage());
      if (container != null) {
        BridgeNetwork.docker("rm", "--force", container);
      }
    }
  }

  @Override
  public String toString() {
    return implementation + " " + (container == null ? "process " + process.pid() : container);
  }
}
