package io.ethpeerflow.crypto.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@code EVP_PKEY}: made from bytes, closed once. May be used by several threads at a time.
 *
 * <p>Unlike those of {@link Evp} the calls are ordinary ones: they take up to a millisecond, for
 * which no safepoint should wait, so what they read lies in native memory.
 */
final class EvpKey implements AutoCloseable {
  private static final MemoryLayout POINTER = JAVA_LONG;

  private static final int NID_X25519 = 1034;
  private static final int NID_ED25519 = 1087;

  // EVP_PKEY *EVP_PKEY_new_raw_x_key(type, engine, bytes, length)
  private static final MethodHandle NEW_RAW_PRIVATE =
      link("EVP_PKEY_new_raw_private_key", POINTER, JAVA_INT, POINTER, POINTER, JAVA_LONG);
  private static final MethodHandle NEW_RAW_PUBLIC =
      link("EVP_PKEY_new_raw_public_key", POINTER, JAVA_INT, POINTER, POINTER, JAVA_LONG);
  // int EVP_PKEY_get_raw_public_key(key, out, size_t *length)
  private static final MethodHandle GET_RAW_PUBLIC =
      link("EVP_PKEY_get_raw_public_key", JAVA_INT, POINTER, POINTER, POINTER);
  // EVP_PKEY *d2i_x(EVP_PKEY **, const unsigned char **in, length)
  private static final MethodHandle PUBLIC_OF_DER =
      link("d2i_PUBKEY", POINTER, POINTER, POINTER, JAVA_LONG);
  private static final MethodHandle PRIVATE_OF_DER =
      link("d2i_AutoPrivateKey", POINTER, POINTER, POINTER, JAVA_LONG);
  // void EVP_PKEY_free(key), void ERR_clear_error()
  private static final MethodHandle FREE = link("EVP_PKEY_free", null, POINTER);
  private static final MethodHandle CLEAR_ERROR = link("ERR_clear_error", null);

  private final long handle;

  private EvpKey(long handle) {
    this.handle = handle;
  }

  static MethodHandle link(String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
    return Libcrypto.link(name, result, List.of(arguments));
  }

  /** Makes a key; null when the bytes are none. */
  private interface Maker {
    long make(long address) throws Throwable;
  }

  static @Nullable EvpKey ed25519Public(byte[] key) {
    return made(
        key, at -> (long) NEW_RAW_PUBLIC.invokeExact(NID_ED25519, 0L, at, (long) key.length));
  }

  static @Nullable EvpKey ed25519Private(byte[] seed) {
    return made(
        seed, at -> (long) NEW_RAW_PRIVATE.invokeExact(NID_ED25519, 0L, at, (long) seed.length));
  }

  static @Nullable EvpKey x25519Public(byte[] key) {
    return made(
        key, at -> (long) NEW_RAW_PUBLIC.invokeExact(NID_X25519, 0L, at, (long) key.length));
  }

  static @Nullable EvpKey x25519Private(byte[] key) {
    return made(
        key, at -> (long) NEW_RAW_PRIVATE.invokeExact(NID_X25519, 0L, at, (long) key.length));
  }

  /** Of a SubjectPublicKeyInfo. */
  static @Nullable EvpKey publicOf(byte[] der) {
    return madeOfDer(PUBLIC_OF_DER, der);
  }

  /** Of PKCS #8. */
  static @Nullable EvpKey privateOf(byte[] der) {
    return madeOfDer(PRIVATE_OF_DER, der);
  }

  private static @Nullable EvpKey madeOfDer(MethodHandle maker, byte[] der) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(JAVA_LONG);
      return made(
          der,
          at -> {
            pointer.set(JAVA_LONG, 0, at);
            return (long) maker.invokeExact(0L, pointer.address(), (long) der.length);
          });
    }
  }

  /** The bytes are erased in native memory: they may be a private key. */
  private static @Nullable EvpKey made(byte[] bytes, Maker maker) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = copy(arena, bytes);
      long handle;
      try {
        handle = maker.make(copy.address());
      } finally {
        copy.fill((byte) 0);
      }
      if (handle == 0) {
        clearErrors();
        return null;
      }
      return new EvpKey(handle);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  static MemorySegment copy(Arena arena, byte[] bytes) {
    MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  /** A failed call leaves its reasons in a queue of the thread. */
  static void clearErrors() {
    try {
      CLEAR_ERROR.invokeExact();
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  long handle() {
    return handle;
  }

  /** The public key of an X25519 key. */
  byte[] rawPublic(int bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(bytes);
      MemorySegment length = arena.allocate(JAVA_LONG);
      length.set(JAVA_LONG, 0, bytes);
      if ((int) GET_RAW_PUBLIC.invokeExact(handle, out.address(), length.address()) != 1
          || length.get(JAVA_LONG, 0) != bytes) {
        throw new IllegalStateException("libcrypto gives no public key");
      }
      return out.toArray(JAVA_BYTE);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  @Override
  public void close() {
    try {
      FREE.invokeExact(handle);
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }
}
