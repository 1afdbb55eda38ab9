package io.ethpeerflow.noise.aead;

import org.jspecify.annotations.Nullable;

/** What {@link LibcryptoAeadProvider} loads on JDK 22 and newer. */
final class LibcryptoBackend implements AeadProvider {
  LibcryptoBackend() {}

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public @Nullable String unavailable() {
    if (!LibcryptoBackend.class.getModule().isNativeAccessEnabled()) {
      return "native access is not enabled: start java with --enable-native-access="
          + (LibcryptoBackend.class.getModule().isNamed()
              ? LibcryptoBackend.class.getModule().getName()
              : "ALL-UNNAMED");
    }
    if (Libcrypto.FOUND == null) {
      return "no libcrypto was found: tried " + Libcrypto.names();
    }
    try {
      return Evp.CIPHER == 0 ? "this libcrypto has no ChaCha20-Poly1305" : null;
    } catch (LinkageError e) {
      return "this libcrypto is of another kind: " + (e.getCause() == null ? e : e.getCause());
    }
  }

  @Override
  public Sealer sealer(byte[] key) {
    return new LibcryptoSealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    return new LibcryptoOpener(key);
  }
}
