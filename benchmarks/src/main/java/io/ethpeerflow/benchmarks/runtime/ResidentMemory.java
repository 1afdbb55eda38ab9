package io.ethpeerflow.benchmarks.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of this process lies in memory (RSS), as Linux says. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /**
   * The bytes of this moment.
   *
   * @throws IOException where there is no {@code /proc}
   */
  public static long bytes() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no VmRSS in " + STATUS);
  }
}
