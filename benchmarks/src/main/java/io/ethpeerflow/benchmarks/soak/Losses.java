package io.ethpeerflow.benchmarks.soak;

import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Loses something every second, to show that the soak finds it. */
final class Losses {
  private static final List<Object> KEPT = new ArrayList<>();
  private static final int LOST_BYTES = 16 << 10;
  private static final long PAUSE_MILLIS = 1000;

  private Losses() {}

  static void start(SoakOptions.Leak leak) {
    Thread.ofPlatform()
        .daemon()
        .name("losses")
        .start(
            () -> {
              while (true) {
                try {
                  KEPT.add(lose(leak));
                  Thread.sleep(PAUSE_MILLIS);
                } catch (Exception stopped) {
                  return;
                }
              }
            });
  }

  private static Object lose(SoakOptions.Leak leak) throws Exception {
    return switch (leak) {
      case HEAP -> new byte[LOST_BYTES];
      case DIRECT -> PooledByteBufAllocator.DEFAULT.directBuffer(LOST_BYTES);
      case DESCRIPTOR -> new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      case THREAD -> {
        var never = new CountDownLatch(1);
        yield Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    never.await();
                  } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                  }
                });
      }
    };
  }
}
