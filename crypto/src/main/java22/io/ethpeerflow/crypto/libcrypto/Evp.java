package io.ethpeerflow.crypto.libcrypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of OpenSSL's EVP interface that ciphers need, as method handles.
 *
 * <p>Pointers travel as {@code long}: no segment object is made per call. All calls are
 * <em>critical</em>, that is without a thread state transition: the longest, 64 KiB of cipher,
 * takes some 20 microseconds, which is what a safepoint may have to wait for it.
 */
final class Evp {
  static final int CTRL_GET_TAG = 0x10;
  static final int CTRL_SET_TAG = 0x11;

  private static final MemoryLayout POINTER = JAVA_LONG;

  // long EVP_CIPHER_CTX_new()
  static final MethodHandle CTX_NEW = link("EVP_CIPHER_CTX_new", POINTER);
  // void EVP_CIPHER_CTX_free(ctx)
  static final MethodHandle CTX_FREE = link("EVP_CIPHER_CTX_free", null, POINTER);
  // int EVP_CIPHER_CTX_ctrl(ctx, type, arg, ptr)
  static final MethodHandle CTX_CTRL =
      link("EVP_CIPHER_CTX_ctrl", JAVA_INT, POINTER, JAVA_INT, JAVA_INT, POINTER);
  // int EVP_xInit_ex(ctx, cipher, engine, key, iv)
  static final MethodHandle ENCRYPT_INIT =
      link("EVP_EncryptInit_ex", JAVA_INT, POINTER, POINTER, POINTER, POINTER, POINTER);
  static final MethodHandle DECRYPT_INIT =
      link("EVP_DecryptInit_ex", JAVA_INT, POINTER, POINTER, POINTER, POINTER, POINTER);
  // int EVP_xUpdate(ctx, out, outBytes, in, inBytes)
  static final MethodHandle ENCRYPT_UPDATE =
      link("EVP_EncryptUpdate", JAVA_INT, POINTER, POINTER, POINTER, POINTER, JAVA_INT);
  static final MethodHandle DECRYPT_UPDATE =
      link("EVP_DecryptUpdate", JAVA_INT, POINTER, POINTER, POINTER, POINTER, JAVA_INT);
  // the same with segments, which may lie on the heap
  static final MethodHandle ENCRYPT_UPDATE_ANY =
      link("EVP_EncryptUpdate", JAVA_INT, POINTER, ADDRESS, POINTER, ADDRESS, JAVA_INT);
  static final MethodHandle DECRYPT_UPDATE_ANY =
      link("EVP_DecryptUpdate", JAVA_INT, POINTER, ADDRESS, POINTER, ADDRESS, JAVA_INT);
  // int EVP_xFinal_ex(ctx, out, outBytes)
  static final MethodHandle ENCRYPT_FINAL =
      link("EVP_EncryptFinal_ex", JAVA_INT, POINTER, POINTER, POINTER);
  static final MethodHandle DECRYPT_FINAL =
      link("EVP_DecryptFinal_ex", JAVA_INT, POINTER, POINTER, POINTER);
  // void* CRYPTO_malloc(size, file, line), void CRYPTO_free(ptr, file, line)
  static final MethodHandle MALLOC = link("CRYPTO_malloc", POINTER, JAVA_LONG, POINTER, JAVA_INT);
  static final MethodHandle FREE = link("CRYPTO_free", null, POINTER, POINTER, JAVA_INT);
  // void OPENSSL_cleanse(ptr, size)
  static final MethodHandle CLEANSE = link("OPENSSL_cleanse", null, POINTER, JAVA_LONG);

  private static final MethodHandle CHACHA20_POLY1305 = link("EVP_chacha20_poly1305", POINTER);

  /** The cipher, or 0 where the library was built without it. */
  static final long CIPHER = cipher();

  private Evp() {}

  private static MethodHandle link(
      String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
    List<MemoryLayout> types = List.of(arguments);
    return Libcrypto.link(name, result, types, Linker.Option.critical(types.contains(ADDRESS)));
  }

  private static long cipher() {
    try {
      return (long) CHACHA20_POLY1305.invokeExact();
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }
}
