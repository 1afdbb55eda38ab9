package io.ethpeerflow.interop.unified;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment variables of the contracts ask for.
 *
 * @param dialer which of the two roles: {@code IS_DIALER}
 * @param redisHost where the two meet: {@code REDIS_ADDR}, of which the port may be missing
 * @param redisPort its port
 * @param testKey what the listener's address is kept under begins with: {@code TEST_KEY}
 * @param stack {@code TRANSPORT}, and over TCP {@code SECURE_CHANNEL} and {@code MUXER}
 * @param listenerIp where the listener binds: {@code LISTENER_IP}
 * @param debug whether steps are told on stderr: {@code DEBUG}
 * @param perf what a dialer of the perf contract measures; null in the transport contract
 */
record Settings(
    boolean dialer,
    String redisHost,
    int redisPort,
    String testKey,
    Stack stack,
    String listenerIp,
    boolean debug,
    @Nullable Perf perf) {
  private static final int REDIS_PORT = 6379;

  /** What can be asked for below the streams. */
  enum Stack {
    /** TCP, Noise XX, Yamux. */
    TCP_NOISE,
    /** TCP, TLS 1.3, Yamux. */
    TCP_TLS,
    /** QUIC. */
    QUIC_V1
  }

  /**
   * How much the perf contract moves. A variable that is missing, or {@code null} as the runner
   * writes where nobody chose, has the default of the contract.
   *
   * @param uploadBytes {@code UPLOAD_BYTES}, default 1 GiB
   * @param uploadIterations {@code UPLOAD_ITERATIONS}, default 10
   * @param downloadBytes {@code DOWNLOAD_BYTES}, default 1 GiB
   * @param downloadIterations {@code DOWNLOAD_ITERATIONS}, default 10
   * @param latencyIterations {@code LATENCY_ITERATIONS}, default 100
   */
  record Perf(
      long uploadBytes,
      int uploadIterations,
      long downloadBytes,
      int downloadIterations,
      int latencyIterations) {
    private static final long DEFAULT_BYTES = 1L << 30;
    private static final int DEFAULT_ITERATIONS = 10;
    private static final int DEFAULT_LATENCY_ITERATIONS = 100;

    private static @Nullable Perf of(Map<String, String> environment) {
      if (!environment.containsKey("UPLOAD_BYTES")
          && !environment.containsKey("UPLOAD_ITERATIONS")) {
        return null;
      }
      return new Perf(
          number(environment, "UPLOAD_BYTES", DEFAULT_BYTES),
          count(environment, "UPLOAD_ITERATIONS", DEFAULT_ITERATIONS),
          number(environment, "DOWNLOAD_BYTES", DEFAULT_BYTES),
          count(environment, "DOWNLOAD_ITERATIONS", DEFAULT_ITERATIONS),
          count(environment, "LATENCY_ITERATIONS", DEFAULT_LATENCY_ITERATIONS));
    }

    private static int count(Map<String, String> environment, String name, int fallback) {
      return Math.toIntExact(number(environment, name, fallback));
    }

    private static long number(Map<String, String> environment, String name, long fallback) {
      String value = environment.getOrDefault(name, "");
      if (value.isEmpty() || value.equals("null")) {
        return fallback;
      }
      long number = Long.parseLong(value);
      if (number < 0) {
        throw new IllegalArgumentException(name + "=" + value + " is negative");
      }
      return number;
    }
  }

  /**
   * Reads the variables.
   *
   * @throws IllegalArgumentException naming the variable that is missing, wrong, or asks for what
   *     we do not have
   */
  static Settings of(Map<String, String> environment) {
    String redis = required(environment, "REDIS_ADDR");
    int colon = redis.lastIndexOf(':');
    return new Settings(
        isDialer(required(environment, "IS_DIALER")),
        colon < 0 ? redis : redis.substring(0, colon),
        colon < 0 ? REDIS_PORT : Integer.parseInt(redis.substring(colon + 1)),
        required(environment, "TEST_KEY"),
        stack(environment),
        environment.getOrDefault("LISTENER_IP", "0.0.0.0"),
        Boolean.parseBoolean(environment.get("DEBUG")),
        Perf.of(environment));
  }

  private static boolean isDialer(String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("IS_DIALER=" + value + ": true or false");
    };
  }

  /** QUIC brings security and muxer with it: those variables are not looked at then. */
  private static Stack stack(Map<String, String> environment) {
    String transport = required(environment, "TRANSPORT");
    return switch (transport) {
      case "tcp" -> stackOverTcp(environment);
      case "quic-v1" -> Stack.QUIC_V1;
      default -> throw new IllegalArgumentException("unsupported: TRANSPORT=" + transport);
    };
  }

  private static Stack stackOverTcp(Map<String, String> environment) {
    String muxer = required(environment, "MUXER");
    if (!muxer.equals("yamux")) {
      throw new IllegalArgumentException("unsupported: MUXER=" + muxer);
    }
    String secureChannel = required(environment, "SECURE_CHANNEL");
    return switch (secureChannel) {
      case "noise" -> Stack.TCP_NOISE;
      case "tls" -> Stack.TCP_TLS;
      default -> throw new IllegalArgumentException("unsupported: SECURE_CHANNEL=" + secureChannel);
    };
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is not set");
    }
    return value;
  }
}
