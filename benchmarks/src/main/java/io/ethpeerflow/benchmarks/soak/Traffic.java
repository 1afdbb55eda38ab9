package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The ordinary traffic of one maker with the host under test: a few workers, each doing one kind of
 * operation again and again with a short rest between. A failure in a time of calm, and a defect at
 * any time, is told as wrong; any other failure is told as lost.
 */
final class Traffic {
  private static final ProtocolId COMING_AND_GOING = ProtocolId.of("/soak/coming-and-going/1.0.0");
  private static final int MAX_ECHO_BYTES = 4 << 20;
  private static final int MAX_REQUEST_BYTES = 2 << 10;
  private static final int REST_MILLIS = 60;

  private final Host host;
  private final AddrInfo subject;
  private final Gate gate;
  private final CommandLoop commands;
  private final Map<Kind, Long> done = new ConcurrentHashMap<>();
  private final AtomicLong lost = new AtomicLong();

  /** The kinds of operations, and how many workers there are for each. */
  private enum Kind {
    /** Bulk echo with a digest. */
    ECHO(2),
    /** A short request and its answer. */
    REQUEST(3),
    /** Pings. */
    PING(1),
    /** A protocol that is served for a moment: two identify pushes. */
    PUSH(1);

    final int workers;

    Kind(int workers) {
      this.workers = workers;
    }
  }

  Traffic(Host host, AddrInfo subject, Gate gate, CommandLoop commands) {
    this.host = host;
    this.subject = subject;
    this.gate = gate;
    this.commands = commands;
  }

  /** The best open connection to the host under test, or a new one. */
  Connection connection() throws Exception {
    CompletableFuture<Connection> dial = host.connect(subject);
    return Await.result("a dial", dial);
  }

  /** Starts the workers; they wait at the gate. */
  void start(Random random) {
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.workers; i++) {
        var choices = new Random(random.nextLong());
        Thread.startVirtualThread(() -> repeat(kind, choices));
      }
    }
  }

  /** How often each kind succeeded since the last call, and how many operations were lost. */
  String takeCounts() {
    return Arrays.stream(Kind.values())
            .map(kind -> nameOf(kind) + "=" + Objects.requireNonNullElse(done.remove(kind), 0L))
            .collect(Collectors.joining(" "))
        + " lost="
        + lost.getAndSet(0);
  }

  private static String nameOf(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private void repeat(Kind kind, Random random) {
    try {
      while (true) {
        Gate.Ticket ticket = gate.enter(nameOf(kind));
        Throwable failure = null;
        try {
          run(kind, random);
        } catch (Exception | Error failed) {
          failure = failed;
        }
        boolean allCalm = gate.leave(nameOf(kind), ticket);
        if (failure == null) {
          done.merge(kind, 1L, Long::sum);
        } else if (allCalm || !Failures.mayBeProvoked(failure)) {
          commands.tell("wrong", nameOf(kind) + ": " + Failures.describe(failure));
        } else {
          lost.incrementAndGet();
          commands.tell("lost", nameOf(kind) + ": " + Failures.describe(failure));
        }
        Thread.sleep(failure == null ? random.nextInt(REST_MILLIS) : REST_MILLIS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Kind kind, Random random) throws Exception {
    Connection connection = connection();
    switch (kind) {
      case ECHO -> Operations.echo(connection, sizeUpTo(MAX_ECHO_BYTES, random), random);
      case REQUEST ->
          Operations.request(
              connection, SoakProtocols.DIGEST, sizeUpTo(MAX_REQUEST_BYTES, random), random);
      case PING -> Operations.ping(connection, 1 + random.nextInt(10));
      case PUSH -> {
        Registration served = host.handle(COMING_AND_GOING, stream -> {});
        Thread.sleep(100);
        served.close();
        Thread.sleep(100);
      }
    }
  }

  /** Small sizes as often as large ones: the logarithm is uniform. */
  private static int sizeUpTo(int max, Random random) {
    return (int) Math.exp(random.nextDouble() * Math.log(max));
  }
}
