package io.ethpeerflow.noise.aead;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the library. */
final class Libcrypto {
  /** The library, or null where none of {@link #names} could be loaded. */
  static final @Nullable SymbolLookup FOUND = find();

  private Libcrypto() {}

  /** What is tried, in this order. */
  static List<String> names() {
    String path = System.getProperty(LibcryptoAeadProvider.PATH_PROPERTY);
    if (path != null && !path.isEmpty()) {
      return List.of(path);
    }
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (os.contains("mac")) {
      // never the unversioned name: macOS kills a process that loads it
      return List.of(
          "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
          "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib",
          "/opt/local/lib/libcrypto.3.dylib");
    }
    if (os.contains("win")) {
      return List.of("libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-1_1-x64.dll");
    }
    return List.of("libcrypto.so.3", "libcrypto.so.1.1");
  }

  @SuppressWarnings("restricted")
  private static @Nullable SymbolLookup find() {
    for (String name : names()) {
      try {
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException notThere) {
        // the next name may be
      }
    }
    return null;
  }
}
