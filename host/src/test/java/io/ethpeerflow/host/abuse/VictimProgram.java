package io.ethpeerflow.host.abuse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.limits.LimitsUsage;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.limits.ScopeUsage;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.yamux.Yamux;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A host made through the public API, in a process of its own, that is attacked. It prints its
 * address and then answers each line of its input with one line.
 */
final class VictimProgram {
  /** Sends zeros as long as the remote takes them. */
  static final ProtocolId SOURCE = ProtocolId.of("/victim/source/1.0.0");

  /** Never reads. */
  static final ProtocolId HOARD = ProtocolId.of("/victim/hoard/1.0.0");

  private static final int PIECE_BYTES = 64 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Happenings happenings = Happenings.ofThisProcess();
  private final SecureRandom random = new SecureRandom();
  private final ResourceManager limits;
  private final Host host;

  private VictimProgram(VictimSettings settings) {
    limits = new ResourceManager(settings.limits(), happenings.metrics());
    host =
        Libp2p.host()
            .config(settings.host())
            .limits(limits)
            .metrics(happenings.metrics())
            .muxer(new Yamux(settings.yamux()))
            .listen("/ip4/0.0.0.0/tcp/0")
            .start()
            .join();
    host.handle(Echo.PROTOCOL, watched(Echo::echo)::accept);
    host.handle(SOURCE, watched(VictimProgram::pour)::accept);
    host.handle(HOARD, watched(stream -> {})::accept);
    host.on(HostEvent.ConnectionClosed.class, event -> closed(event.reason()));
    host.on(
        HostEvent.PeerIdentified.class,
        event ->
            happenings.add(
                "identified protocols="
                    + event.protocols().size()
                    + " addresses="
                    + event.listenAddresses().size()
                    + " remembered="
                    + host.peerstore().addresses(event.connection().remotePeer()).size()));
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    var victim = new VictimProgram(VictimSettings.parse(Arrays.asList(arguments)));
    int port = victim.host.addrInfo().addresses().get(0).socketAddress().getPort();
    out.println(port + " " + victim.host.id());
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(victim.answer(line.split(" ")));
    }
    victim.host.close();
  }

  private String answer(String[] words) {
    return switch (words[0]) {
      case "usage" -> usage();
      case "memory" -> memory();
      case "happened" -> happenings.line();
      case "forget" -> {
        happenings.forget();
        yield "forgotten";
      }
      case "dial" ->
          dial(
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              words[3],
              List.of(words).subList(4, words.length));
      default -> "what is " + words[0];
    };
  }

  private Consumer<Stream> watched(Consumer<Stream> handler) {
    return stream -> {
      stream
          .closed()
          .thenAccept(end -> happenings.add("stream " + stream.protocol() + " ended " + end));
      handler.accept(stream);
    };
  }

  private void closed(CloseReason reason) {
    Throwable cause = reason.cause();
    happenings.add(
        "connection closed by="
            + reason.by()
            + " code="
            + reason.code()
            + " cause="
            + (cause == null ? "none" : cause.getMessage()));
  }

  private static void pour(Stream stream) {
    ByteBuf piece = PooledByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);
    while (stream.offer(piece)) {
      piece = PooledByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);
    }
    piece.release();
    if (!stream.closed().isDone()) {
      stream.onWritable(() -> pour(stream));
    }
  }

  private String usage() {
    LimitsUsage usage = limits.usage();
    ScopeUsage system = usage.system();
    return "connections="
        + system.connections()
        + " streams="
        + system.streams()
        + " memory="
        + system.memoryBytes()
        + " descriptors="
        + system.descriptors()
        + " transients="
        + usage.transients().connections()
        + " peers="
        + usage.peers().size()
        + " protocols="
        + usage.protocols().size()
        + " listed="
        + host.connections().size();
  }

  private static String memory() {
    System.gc();
    System.gc();
    var buffers = PooledByteBufAllocator.DEFAULT;
    return "pinned="
        + buffers.pinnedDirectMemory()
        + " direct="
        + buffers.metric().usedDirectMemory()
        + " heap="
        + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + " threads="
        + ManagementFactory.getThreadMXBean().getThreadCount();
  }

  /**
   * Dials somebody so often at once, and gives each dial up after a while.
   *
   * @param who a peer id, or {@code -} for somebody new each time
   */
  private String dial(int times, int cancelAfterMillis, String who, List<String> at) {
    List<Multiaddr> addresses = at.stream().map(Multiaddr::of).toList();
    var dials = new ArrayList<CompletableFuture<Connection>>();
    DialOptions options = DialOptions.DEFAULT.withForceNew(true).withTimeout(PATIENCE);
    for (int i = 0; i < times; i++) {
      dials.add(host.connect(new AddrInfo(peer(who), addresses), options));
    }
    int cancelled = 0;
    int failed = 0;
    int connected = 0;
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(cancelAfterMillis);
    for (CompletableFuture<Connection> dial : dials) {
      try {
        dial.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)
            .close(ConnectionErrorCode.NO_ERROR);
        connected++;
      } catch (TimeoutException late) {
        dial.cancel(false);
        cancelled++;
      } catch (ExecutionException refused) {
        happenings.add("dial failed " + refused.getCause().getMessage());
        failed++;
      } catch (InterruptedException ending) {
        Thread.currentThread().interrupt();
      }
    }
    return "cancelled=" + cancelled + " failed=" + failed + " connected=" + connected;
  }

  private PeerId peer(String who) {
    return who.equals("-")
        ? PeerId.of(PrivateKey.generate(KeyType.ED25519, random).publicKey())
        : PeerId.of(who);
  }
}
