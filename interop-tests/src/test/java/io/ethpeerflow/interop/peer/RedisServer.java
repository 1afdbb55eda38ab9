package io.ethpeerflow.interop.peer;

import io.ethpeerflow.testkit.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

/** A Redis server on loopback that keeps nothing. */
public final class RedisServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ChildProcess process;
  private final String address;

  private RedisServer(ChildProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @throws UncheckedIOException when there is no program {@code redis-server}
   */
  public static RedisServer start() {
    int port = freePort();
    ChildProcess process =
        ChildProcess.start(
            "redis",
            List.of(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no"));
    try {
      process.line("that it is ready", LIMIT, line -> line.contains("Ready to accept connections"));
      return new RedisServer(process, "127.0.0.1:" + port);
    } catch (AssertionError unusable) {
      process.close();
      throw unusable;
    }
  }

  private static int freePort() {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  /** Host and port. */
  public String address() {
    return address;
  }

  @Override
  public void close() {
    process.close();
  }
}
