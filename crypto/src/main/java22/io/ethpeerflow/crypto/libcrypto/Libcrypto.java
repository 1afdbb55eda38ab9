package io.ethpeerflow.crypto.libcrypto;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The library and its functions. */
final class Libcrypto {
  /** The library, or null where none of {@link #names} could be loaded. */
  static final @Nullable SymbolLookup FOUND = find();

  /** System property with the path of the library. */
  static final String PATH_PROPERTY = "io.ethpeerflow.crypto.libcrypto";

  private Libcrypto() {}

  /** Why no function can be called, or null. */
  static @Nullable String unavailable() {
    Module module = Libcrypto.class.getModule();
    if (!module.isNativeAccessEnabled()) {
      return "native access is not enabled: start java with --enable-native-access="
          + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
    return FOUND == null ? "no libcrypto was found: tried " + names() : null;
  }

  /** What a function that is missing says about the library. */
  static String otherKind(LinkageError missing) {
    return "this libcrypto is of another kind: "
        + (missing.getCause() == null ? missing : missing.getCause());
  }

  /**
   * A function.
   *
   * @param option whether the call is critical
   * @throws UnsatisfiedLinkError if the library has none of this name
   */
  @SuppressWarnings("restricted")
  static MethodHandle link(
      String name,
      @Nullable MemoryLayout result,
      List<? extends MemoryLayout> arguments,
      Linker.Option... option) {
    MemoryLayout[] types = arguments.toArray(MemoryLayout[]::new);
    FunctionDescriptor type =
        result == null ? FunctionDescriptor.ofVoid(types) : FunctionDescriptor.of(result, types);
    SymbolLookup library = FOUND;
    if (library == null) {
      throw new UnsatisfiedLinkError("no libcrypto was found");
    }
    MemorySegment function =
        library
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("libcrypto has no function " + name));
    return Linker.nativeLinker().downcallHandle(function, type, option);
  }

  static IllegalStateException failed(Throwable cause) {
    return new IllegalStateException("libcrypto cannot be called", cause);
  }

  /** What is tried, in this order. */
  static List<String> names() {
    String path = System.getProperty(PATH_PROPERTY);
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
