package io.ethpeerflow.crypto.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ethpeerflow.crypto.agreement.KeyAgreement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** What {@link LibcryptoX25519} loads on JDK 22 and newer. */
final class EvpX25519 implements KeyAgreement {
  EvpX25519() {}

  private static final class Functions {
    // EVP_PKEY_CTX *EVP_PKEY_CTX_new(key, engine), void EVP_PKEY_CTX_free(ctx)
    static final MethodHandle NEW =
        EvpKey.link("EVP_PKEY_CTX_new", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle FREE = EvpKey.link("EVP_PKEY_CTX_free", null, JAVA_LONG);
    // int EVP_PKEY_derive_init(ctx), int EVP_PKEY_derive_set_peer(ctx, key)
    static final MethodHandle INIT = EvpKey.link("EVP_PKEY_derive_init", JAVA_INT, JAVA_LONG);
    static final MethodHandle SET_PEER =
        EvpKey.link("EVP_PKEY_derive_set_peer", JAVA_INT, JAVA_LONG, JAVA_LONG);
    // int EVP_PKEY_derive(ctx, out, size_t *length)
    static final MethodHandle DERIVE =
        EvpKey.link("EVP_PKEY_derive", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public int rank() {
    return 1;
  }

  @Override
  public @Nullable String unavailable() {
    return Libcrypto.unavailable();
  }

  private static EvpKey checked(@Nullable EvpKey key) {
    if (key == null) {
      throw new IllegalArgumentException("no key of " + KEY_BYTES + " bytes");
    }
    return key;
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    try (EvpKey key = checked(EvpKey.x25519Private(privateKey))) {
      return key.rawPublic(KEY_BYTES);
    }
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    try (EvpKey own = checked(EvpKey.x25519Private(privateKey));
        EvpKey remote = checked(EvpKey.x25519Public(publicKey));
        Arena arena = Arena.ofConfined()) {
      long context = (long) Functions.NEW.invokeExact(own.handle(), 0L);
      try {
        return derive(context, remote, arena);
      } finally {
        Functions.FREE.invokeExact(context);
      }
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  private static byte[] derive(long context, EvpKey remote, Arena arena) throws Throwable {
    MemorySegment length = arena.allocate(JAVA_LONG);
    length.set(JAVA_LONG, 0, KEY_BYTES);
    MemorySegment out = arena.allocate(KEY_BYTES);
    if ((int) Functions.INIT.invokeExact(context) != 1
        || (int) Functions.SET_PEER.invokeExact(context, remote.handle()) != 1) {
      throw new IllegalStateException("libcrypto refused to agree");
    }
    // it refuses to give zeros
    boolean lowOrder =
        (int) Functions.DERIVE.invokeExact(context, out.address(), length.address()) != 1;
    byte[] secret = lowOrder ? new byte[KEY_BYTES] : out.toArray(JAVA_BYTE);
    out.fill((byte) 0);
    if (lowOrder) {
      EvpKey.clearErrors();
    }
    return secret;
  }
}
