package io.ethpeerflow.interop.unified;

import java.time.Duration;
import redis.clients.jedis.RedisClient;

/** The Redis server by which a dialer learns its listener's address. */
final class MeetingPoint implements AutoCloseable {
  private static final Duration LISTENER_LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final String KEY_SUFFIX = "_listener_multiaddr";

  private final RedisClient redis;
  private final String key;

  MeetingPoint(Settings settings) {
    redis = RedisClient.create(settings.redisHost(), settings.redisPort());
    key = settings.testKey() + KEY_SUFFIX;
  }

  /** Tells where the listener is. */
  void publish(String address) {
    redis.set(key, address);
  }

  /** Waits until the listener has told where it is. */
  String awaitListener() throws InterruptedException {
    long startNanos = System.nanoTime();
    while (true) {
      String address = redis.get(key);
      if (address != null) {
        return address;
      }
      if (System.nanoTime() - startNanos > LISTENER_LIMIT.toNanos()) {
        throw new IllegalStateException("nobody set " + key + " within " + LISTENER_LIMIT);
      }
      Thread.sleep(POLL_INTERVAL);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
