package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.benchmarks.soak.Failures.Defect;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The host under test, in a process of its own that does nothing else but count what it holds. */
final class Subject {
  private static final ProtocolId TOGGLED = ProtocolId.of("/soak/toggled/1.0.0");
  private static final String PROTECTION = "soak";
  private static final long REOPEN_MILLIS = 300;
  private static final int CHECK_BYTES = 32 << 10;
  private static final Duration DRAIN_GRACE = Duration.ofSeconds(3);
  private static final int SETTLE_ATTEMPTS = 100;
  private static final long SETTLE_PAUSE_MILLIS = 100;

  private final ResourceManager limits =
      new ResourceManager(SoakHosts.limitsOfSubject(), Metrics.NONE);
  private final Host host;
  private final Sampler sampler;
  private final Map<Series, Long> beginning;
  private @Nullable Registration toggled;

  private Subject() throws Exception {
    this.host = SoakHosts.subject(limits);
    SoakProtocols.serve(host);
    this.sampler = new Sampler(host, limits);
    sampler.sample();
    this.beginning = sampler.sample();
  }

  /** Arguments: what to lose on purpose, if anything. */
  public static void main(String[] arguments) throws Exception {
    var commands = new CommandLoop(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    var subject = new Subject();
    if (arguments.length > 0) {
      Losses.start(SoakOptions.Leak.valueOf(arguments[0]));
    }
    commands.tell("ready", SoakHosts.describe(subject.host));
    commands.serve(subject::run);
    subject.host.close();
    Runtime.getRuntime().halt(0);
  }

  private String run(String command, List<String> arguments) throws Exception {
    switch (command) {
      case "sample" -> {
        return Sample.valuesToLine(sampler.sample());
      }
      case "protect" -> host.connectionManager().protect(PeerId.of(arguments.get(0)), PROTECTION);
      case "unprotect" ->
          host.connectionManager().unprotect(PeerId.of(arguments.get(0)), PROTECTION);
      case "check" -> check(Multiaddr.of(arguments.get(0)));
      case "toggle" -> toggle();
      case "settle" -> settle();
      case "do" -> disturb(arguments);
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
    return "";
  }

  /** The maker is reached over the connection that is there. */
  private void check(Multiaddr maker) throws Exception {
    Connection connection =
        Await.result("a connection to a maker", host.connect(AddrInfo.of(maker)));
    Operations.ping(connection, 2);
    Operations.echo(connection, CHECK_BYTES, new Random(CHECK_BYTES));
  }

  /** Serves a protocol more, or one less, of which all peers are told. */
  private synchronized void toggle() {
    Registration served = toggled;
    if (served == null) {
      toggled = host.handle(TOGGLED, stream -> {});
    } else {
      served.close();
      toggled = null;
    }
  }

  private void disturb(List<String> arguments) throws Exception {
    var random = new Random(Long.parseLong(arguments.get(1)));
    AddrInfo maker = AddrInfo.of(Multiaddr.of(arguments.get(2)));
    switch (Disturbance.Kind.valueOf(arguments.get(0))) {
      case RELISTEN -> relisten();
      case DRAIN_BY_HOST -> drain(maker.id());
      case RACE -> race(maker, random);
      default -> throw new IllegalArgumentException(arguments.get(0) + " is not the host's");
    }
  }

  private void relisten() throws Exception {
    Multiaddr address = host.addrInfo().addresses().get(0);
    Await.result("the close of the listener", host.unlisten(address));
    Thread.sleep(REOPEN_MILLIS);
    Multiaddr bound = Await.result("the listener's return", host.listen(address));
    if (!bound.equals(address)) {
      throw new Defect("listened on " + address + ", now on " + bound);
    }
  }

  private void drain(PeerId peer) throws Exception {
    for (Connection connection : host.connections(peer)) {
      Await.result("a drain", connection.drain(DRAIN_GRACE));
      Await.result("the close of a drained connection", connection.closed());
    }
  }

  /** Dials the maker several times by good and bad addresses, and gives most of them up. */
  private void race(AddrInfo maker, Random random) throws Exception {
    var addresses =
        new ArrayList<>(
            List.of(Multiaddr.of("/ip4/127.0.0.1/tcp/1"), Multiaddr.of("/ip4/127.0.0.2/tcp/1")));
    addresses.addAll(maker.addresses());
    var dials = new ArrayList<CompletableFuture<Connection>>();
    for (int i = 0; i < 6; i++) {
      dials.add(
          host.connect(
              new AddrInfo(maker.id(), addresses), DialOptions.DEFAULT.withForceNew(true)));
      Thread.sleep(random.nextInt(6));
      if (random.nextInt(3) != 0) {
        dials.get(i).cancel(false);
      }
    }
    for (CompletableFuture<Connection> dial : dials) {
      try {
        Await.result("a dial in a race", dial);
      } catch (Exception failure) {
        if (!Failures.mayBeProvoked(failure)) {
          throw failure;
        }
      }
    }
  }

  /** With every peer gone, nothing may be left of them. */
  private void settle() throws Exception {
    List<String> left = leftovers();
    for (int i = 0; i < SETTLE_ATTEMPTS && !left.isEmpty(); i++) {
      Thread.sleep(SETTLE_PAUSE_MILLIS);
      left = leftovers();
    }
    if (!left.isEmpty()) {
      throw new Defect("left with no peer there: " + left);
    }
  }

  private List<String> leftovers() throws Exception {
    var left = new ArrayList<String>();
    if (!limits.usage().isIdle()) {
      left.add("limits: " + limits.usage());
    }
    Map<Series, Long> now = sampler.sample();
    for (Series series :
        List.of(Series.SOCKETS, Series.CONNECTIONS, Series.STREAMS, Series.DIRECT_PINNED)) {
      long before = beginning.getOrDefault(series, 0L);
      long after = now.getOrDefault(series, 0L);
      if (after > before) {
        left.add(series.label() + ": " + before + " -> " + after);
      }
    }
    return left;
  }
}
