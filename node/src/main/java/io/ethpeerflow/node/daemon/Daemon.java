package io.ethpeerflow.node.daemon;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.host.HostBuilder;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.host.perf.Perf;
import io.ethpeerflow.host.ping.PingConfig;
import io.ethpeerflow.host.tcp.netty.TcpTransportProvider;
import io.ethpeerflow.node.config.NodeConfig;
import io.ethpeerflow.node.config.SecuritySet;
import io.ethpeerflow.node.metrics.MetricsServer;
import io.ethpeerflow.node.metrics.PrometheusMetrics;
import io.ethpeerflow.quic.netty.QuicTransportProvider;
import io.ethpeerflow.wire.crypto.KeyType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node: its host, its listeners, the peers it keeps and the metrics endpoint. {@link
 * #stop} lets streams finish; {@link #close} does not wait for them. Any thread; starting and
 * stopping block.
 */
public final class Daemon implements AutoCloseable {
  /** How long streams may take to finish when the node is stopped. */
  public static final Duration GRACE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofMinutes(2);
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();
  private final Host host;
  private final @Nullable MetricsServer metricsServer;
  private final PeerKeeper keeper;

  private Daemon(NodeConfig config, Map<String, String> variables)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    try {
      Path dataDir =
          Objects.requireNonNullElseGet(config.dataDir(), () -> DataFolder.defaultPath(variables));
      DataFolder folder = open(DataFolder.open(dataDir));
      if (!folder.isExclusive()) {
        LOG.warn("another node runs with the data folder {}, and so with its identity", dataDir);
      }
      Path key = Objects.requireNonNullElseGet(config.identityKey(), folder::identity);
      IdentityFile.Identity identity = IdentityFile.readOrCreate(key, KeyType.ED25519, variables);
      if (identity.created()) {
        LOG.info("identity created file={}", key);
      }
      PrometheusMetrics prometheus =
          config.metricsListen() == null ? null : open(new PrometheusMetrics());
      host =
          open(
              builder(config, open(new SecuritySet(config.security())), prometheus)
                  .identity(identity.key())
                  .start()
                  .get(START_LIMIT.toNanos(), TimeUnit.NANOSECONDS));
      if (config.protocols().echo()) {
        Echo.serve(host);
      }
      if (config.protocols().perf()) {
        Perf.serve(host);
      }
      new Listeners(host).open(config);
      InetSocketAddress metricsListen = config.metricsListen();
      metricsServer =
          prometheus == null || metricsListen == null
              ? null
              : open(MetricsServer.start(metricsListen, prometheus, host));
      keeper =
          open(
              new PeerKeeper(
                  host, config.peers(), FIRST_RETRY, LAST_RETRY, ThreadLocalRandom.current()));
      keeper.start();
    } catch (Throwable failure) {
      close();
      throw failure;
    }
  }

  private <T extends AutoCloseable> T open(T part) {
    parts.push(part);
    return part;
  }

  private static HostBuilder builder(
      NodeConfig config, SecuritySet securities, @Nullable Metrics metrics) {
    PingConfig ping =
        config.protocols().ping()
            ? PingConfig.DEFAULT
            : PingConfig.DEFAULT.withMaxInboundPerPeer(0);
    return Libp2p.host()
        .security(securities.protocols())
        .transport(new TcpTransportProvider(), new QuicTransportProvider(config.quic()))
        .metrics(metrics == null ? Metrics.NONE : metrics)
        .config(
            HostConfig.DEFAULT
                .withPing(ping)
                .withLimits(config.limits().toLimits())
                .withConnections(config.limits().toConnections()));
  }

  /**
   * Starts a node. Completes when it listens; peers are dialed afterwards.
   *
   * @param variables the environment: the home folder and {@link IdentityFile#PASSWORD_VARIABLE}
   */
  public static Daemon start(NodeConfig config, Map<String, String> variables)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    return new Daemon(config, variables);
  }

  /** The host. */
  public Host host() {
    return host;
  }

  /** Where {@code /metrics} and {@code /health} are served, null when nowhere. */
  public @Nullable InetSocketAddress metricsAddress() {
    return metricsServer == null ? null : metricsServer.address();
  }

  /**
   * Stops: accepts nothing more, dials nobody, lets streams finish within {@link #GRACE}, then ends
   * what is left. Blocking.
   */
  public void stop() {
    LOG.info("stopping, streams may finish within {} s", GRACE.toSeconds());
    if (metricsServer != null) {
      metricsServer.announceStop();
    }
    keeper.close();
    CompletableFuture<Void> drained = host.shutdown(GRACE);
    try {
      drained.get(GRACE.toNanos() * 2, TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      LOG.warn("connections did not end in time");
    } catch (ExecutionException failure) {
      LOG.warn("the host stopped with a failure", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    close();
    LOG.info("stopped");
  }

  @Override
  public void close() {
    for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
      try {
        part.close();
      } catch (Exception failure) {
        LOG.warn("{} did not close", part.getClass().getSimpleName(), failure);
      }
    }
  }
}
