package io.ethpeerflow.node.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} for Prometheus, and {@code /health}: 200 while the node runs, 503 once it
 * is told to stop. Plain HTTP, so it belongs on an address that only friends reach.
 */
public final class MetricsServer implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final int BACKLOG = 16;
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String HEALTH_TYPE = "application/json";

  /** Bounds of the JDK's server, which has none by itself; seconds, and connections. */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30",
          "jdk.httpserver.maxConnections", "64");

  static {
    BOUNDS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }

  private final HttpServer server;
  private final ExecutorService executor;
  private volatile boolean stopping;

  private MetricsServer(HttpServer server, PrometheusMetrics metrics, Host host) {
    this.server = server;
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              var thread = new Thread(task, "metrics-server");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    server.createContext(
        "/metrics", exchange -> answer(exchange, "/metrics", OK, METRICS_TYPE, metrics::scrape));
    server.createContext(
        "/health",
        exchange ->
            answer(
                exchange, "/health", stopping ? UNAVAILABLE : OK, HEALTH_TYPE, () -> health(host)));
  }

  /**
   * Starts to serve.
   *
   * @param listen resolved here when it is not; port 0 lets the system choose
   * @throws IOException when the address cannot be had
   */
  public static MetricsServer start(InetSocketAddress listen, PrometheusMetrics metrics, Host host)
      throws IOException {
    InetSocketAddress address =
        listen.isUnresolved()
            ? new InetSocketAddress(InetAddress.getByName(listen.getHostString()), listen.getPort())
            : listen;
    refuseTaken(address);
    HttpServer http = HttpServer.create(address, BACKLOG);
    var server = new MetricsServer(http, metrics, host);
    http.start();
    return server;
  }

  /** Before the JDK's server tries: it leaves its selector behind when it cannot bind. */
  private static void refuseTaken(InetSocketAddress address) throws IOException {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException taken) {
      throw new IOException("metrics.listen " + address + ": " + taken.getMessage(), taken);
    }
  }

  private String health(Host host) {
    Collection<Connection> connections = host.connections();
    return "{\"status\":\""
        + (stopping ? "stopping" : "up")
        + "\",\"peer\":\""
        + host.id()
        + "\",\"peers\":"
        + connections.stream().map(Connection::remotePeer).distinct().count()
        + ",\"connections\":"
        + connections.size()
        + "}\n";
  }

  private static void answer(
      HttpExchange exchange, String path, int status, String type, Supplier<String> body)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(NOT_FOUND, -1);
        return;
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", type);
      byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Says in {@code /health} that the node is about to end. */
  public void announceStop() {
    stopping = true;
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
