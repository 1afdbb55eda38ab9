package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A traffic maker: a process that loads and disturbs the host under test as it is told. */
final class Maker {
  private static final Duration END_LIMIT = Duration.ofSeconds(40);
  private static final int CHECK_BYTES = 64 << 10;
  private static final int RECOVERIES = 10;
  private static final KeyType[] KEY_TYPES = {KeyType.ED25519, KeyType.ECDSA, KeyType.SECP256K1};
  private static final List<List<String>> SECURITIES =
      List.of(List.of("noise"), List.of("tls"), List.of("tls", "noise"));

  private final CommandLoop commands;
  private final Host host;
  private final Gate gate = new Gate();
  private final Traffic traffic;
  private final Mischief mischief;

  private Maker(CommandLoop commands, AddrInfo subject, int number, long seed) throws Exception {
    this.commands = commands;
    this.host =
        SoakHosts.maker(
            KEY_TYPES[number % KEY_TYPES.length],
            SECURITIES.get(number % SECURITIES.size()).toArray(String[]::new));
    SoakProtocols.serve(host);
    this.traffic = new Traffic(host, subject, gate, commands);
    this.mischief = new Mischief(host, traffic, subject);
    traffic.start(new Random(seed));
  }

  /** Arguments: the full address of the host under test, the maker's number, and a seed. */
  public static void main(String[] arguments) throws Exception {
    var commands = new CommandLoop(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    var maker =
        new Maker(
            commands,
            AddrInfo.of(Multiaddr.of(arguments[0])),
            Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[2]));
    commands.tell("ready", SoakHosts.describe(maker.host));
    commands.serve(maker::run);
    maker.host.close();
    Runtime.getRuntime().halt(0);
  }

  private String run(String command, List<String> arguments) throws Exception {
    switch (command) {
      case "open" -> gate.open(arguments.get(0).equals("calm"));
      case "close" -> gate.close(END_LIMIT);
      case "recover" -> recover();
      case "check" -> check(new Random(Long.parseLong(arguments.get(0))));
      case "do" -> disturb(Disturbance.Kind.valueOf(arguments.get(0)), arguments.get(1));
      case "counts" -> {
        return traffic.takeCounts();
      }
      case "leave" -> {
        gate.close(END_LIMIT);
        mischief.close();
        host.close();
      }
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
    return "";
  }

  /** A disturbance may be disturbed by another one. */
  private void disturb(Disturbance.Kind kind, String seed) throws Exception {
    try {
      mischief.run(kind, new Random(Long.parseLong(seed)));
    } catch (Exception failure) {
      if (!Failures.mayBeProvoked(failure)) {
        throw failure;
      }
      commands.tell("lost", kind + ": " + Failures.describe(failure));
    }
  }

  /** What was disturbed is given this many chances; after them a ping has to be answered. */
  private void recover() throws Exception {
    for (int left = RECOVERIES - 1; ; left--) {
      try {
        Operations.ping(traffic.connection(), 1);
        return;
      } catch (Exception failure) {
        if (left == 0 || !Failures.mayBeProvoked(failure)) {
          throw failure;
        }
        commands.tell("lost", "recovery: " + Failures.describe(failure));
        Thread.sleep(500);
      }
    }
  }

  /** Everything that has to work in a time of calm. */
  private void check(Random random) throws Exception {
    Connection connection = traffic.connection();
    Operations.ping(connection, 3);
    Operations.request(connection, SoakProtocols.DIGEST, CHECK_BYTES, random);
    Operations.echo(connection, CHECK_BYTES, random);
  }
}
