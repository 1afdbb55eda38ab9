package io.ethpeerflow.crypto.libcrypto;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.SignatureOperation;
import io.ethpeerflow.crypto.signature.SignatureProvider;
import io.ethpeerflow.crypto.signature.Signer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** What {@link LibcryptoSignatures} loads on JDK 22 and newer. */
final class EvpSignatures implements SignatureProvider {
  private static final Cleaner CLEANER = Cleaner.create();

  /** The longest signature: RSA with 16384 bits. */
  private static final int MAX_SIGNATURE_BYTES = 2048;

  EvpSignatures() {}

  private static final class Functions {
    // EVP_MD_CTX *EVP_MD_CTX_new(), void EVP_MD_CTX_free(ctx), const EVP_MD *EVP_sha256()
    static final MethodHandle NEW = EvpKey.link("EVP_MD_CTX_new", JAVA_LONG);
    static final MethodHandle FREE = EvpKey.link("EVP_MD_CTX_free", null, JAVA_LONG);
    static final MethodHandle SHA256 = EvpKey.link("EVP_sha256", JAVA_LONG);
    // int EVP_DigestXInit(ctx, EVP_PKEY_CTX **, digest, engine, key)
    static final MethodHandle VERIFY_INIT =
        EvpKey.link(
            "EVP_DigestVerifyInit",
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    static final MethodHandle SIGN_INIT =
        EvpKey.link(
            "EVP_DigestSignInit", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    // int EVP_DigestVerify(ctx, signature, length, message, length)
    static final MethodHandle VERIFY =
        EvpKey.link(
            "EVP_DigestVerify", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    // int EVP_DigestSign(ctx, signature, size_t *length, message, length)
    static final MethodHandle SIGN =
        EvpKey.link(
            "EVP_DigestSign", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public @Nullable String unavailable() {
    return Libcrypto.unavailable();
  }

  @Override
  public int rank(SignatureAlgorithm algorithm, SignatureOperation operation) {
    return 1;
  }

  /** What is done with a message digest context. */
  private interface Work<T> {
    T with(long context, long digest, Arena arena) throws Throwable;
  }

  private static <T> T work(SignatureAlgorithm algorithm, Work<T> work) {
    try (Arena arena = Arena.ofConfined()) {
      long context = (long) Functions.NEW.invokeExact();
      try {
        long digest =
            algorithm == SignatureAlgorithm.ED25519 ? 0 : (long) Functions.SHA256.invokeExact();
        return work.with(context, digest, arena);
      } finally {
        Functions.FREE.invokeExact(context);
      }
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Libcrypto.failed(e);
    }
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    EvpKey key =
        algorithm == SignatureAlgorithm.ED25519
            ? EvpKey.ed25519Public(publicKey)
            : EvpKey.publicOf(algorithm.keyInfo(publicKey));
    if (key == null) {
      return false;
    }
    try (key) {
      return work(
          algorithm,
          (context, digest, arena) -> verify(context, digest, arena, key, message, signature));
    }
  }

  private static boolean verify(
      long context, long digest, Arena arena, EvpKey key, byte[] message, byte[] signature)
      throws Throwable {
    if ((int) Functions.VERIFY_INIT.invokeExact(context, 0L, digest, 0L, key.handle()) != 1) {
      EvpKey.clearErrors();
      throw new IllegalStateException("libcrypto refused to verify");
    }
    long in = EvpKey.copy(arena, message).address();
    long signed = EvpKey.copy(arena, signature).address();
    boolean right =
        (int)
                Functions.VERIFY.invokeExact(
                    context, signed, (long) signature.length, in, (long) message.length)
            == 1;
    if (!right) {
      EvpKey.clearErrors();
    }
    return right;
  }

  @Override
  public Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    EvpKey key =
        algorithm == SignatureAlgorithm.ED25519
            ? EvpKey.ed25519Private(privateKey)
            : EvpKey.privateOf(privateKey);
    if (key == null) {
      throw new IllegalArgumentException("no private key of " + algorithm);
    }
    return new KeptKey(algorithm, key);
  }

  /** A private key in native memory, freed when its owner is lost. */
  private static final class KeptKey implements Signer {
    private final SignatureAlgorithm algorithm;
    private final EvpKey key;

    KeptKey(SignatureAlgorithm algorithm, EvpKey key) {
      this.algorithm = algorithm;
      this.key = key;
      CLEANER.register(this, key::close);
    }

    @Override
    public byte[] sign(byte[] message) {
      try {
        return work(
            algorithm,
            (context, digest, arena) -> {
              MemorySegment out = arena.allocate(MAX_SIGNATURE_BYTES);
              MemorySegment length = arena.allocate(JAVA_LONG);
              length.set(JAVA_LONG, 0, MAX_SIGNATURE_BYTES);
              long in = EvpKey.copy(arena, message).address();
              if ((int) Functions.SIGN_INIT.invokeExact(context, 0L, digest, 0L, key.handle()) != 1
                  || (int)
                          Functions.SIGN.invokeExact(
                              context, out.address(), length.address(), in, (long) message.length)
                      != 1) {
                EvpKey.clearErrors();
                throw new IllegalStateException("libcrypto refused to sign");
              }
              return out.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
            });
      } finally {
        Reference.reachabilityFence(this);
      }
    }
  }
}
