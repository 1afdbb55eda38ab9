package io.ethpeerflow.benchmarks.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The multiaddrs that are measured; the Go program of the side-by-side run reads the same file. */
final class Addresses {
  private static final String FILE = "addresses.txt";

  private Addresses() {}

  /** The text of the address with that name. */
  static String named(String name) {
    try (InputStream in = Objects.requireNonNull(Addresses.class.getResourceAsStream(FILE), FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .map(line -> line.substring(name.length() + 1))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no address is called " + name));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
