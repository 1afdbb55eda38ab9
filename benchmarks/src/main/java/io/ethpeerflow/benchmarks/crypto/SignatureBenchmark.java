package io.ethpeerflow.benchmarks.crypto;

import io.ethpeerflow.crypto.signature.EllipticCurve;
import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.SignatureOperation;
import io.ethpeerflow.crypto.signature.SignatureProvider;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.crypto.signature.Signer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Signatures over as many bytes as a Noise handshake signs, a prefix and a static key, by each
 * provider: what their ranks follow. The public key comes as bytes each time, as from a remote.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class SignatureBenchmark {
  private static final int MESSAGE_BYTES = 24 + 32;

  /** Keys of one algorithm; RSA keys have 2048 bits. */
  private record Keys(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    static Keys generate(SignatureAlgorithm algorithm) {
      byte[] secret = new byte[32];
      do {
        new SecureRandom().nextBytes(secret);
      } while (!EllipticCurve.P256.isSecret(secret));
      return switch (algorithm) {
        case ED25519 -> new Keys(algorithm, secret, Signatures.ed25519PublicKey(secret));
        case P256 -> new Keys(algorithm, secret, EllipticCurve.P256.publicKey(secret));
        case SECP256K1 -> new Keys(algorithm, secret, EllipticCurve.SECP256K1.publicKey(secret));
        case RSA -> {
          KeyPair pair = rsa();
          yield new Keys(algorithm, pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
        }
      };
    }

    private static KeyPair rsa() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static SignatureAlgorithm algorithm(String who) {
    return SignatureAlgorithm.valueOf(who.split("-", -1)[0]);
  }

  private static SignatureProvider provider(String who, SignatureOperation operation) {
    return Signatures.named(who.split("-", -1)[1], algorithm(who), operation);
  }

  /** A signature to verify. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare first
  public static class Signed {
    /** Algorithm and provider. */
    @Param({
      "ED25519-conscrypt",
      "ED25519-libcrypto",
      "ED25519-bouncycastle",
      "ED25519-jdk",
      "P256-conscrypt",
      "P256-libcrypto",
      "P256-bouncycastle",
      "P256-jdk",
      "SECP256K1-bouncycastle",
      "SECP256K1-libcrypto",
      "RSA-conscrypt",
      "RSA-jdk",
      "RSA-libcrypto"
    })
    public String verifier = "ED25519-bouncycastle";

    private final byte[] message = new byte[MESSAGE_BYTES];
    private SignatureProvider provider;
    private Keys keys;
    private byte[] signature;

    /** Makes a key and a signature. */
    @Setup
    public void prepare() {
      provider = provider(verifier, SignatureOperation.VERIFY);
      keys = Keys.generate(algorithm(verifier));
      signature =
          Signatures.signer(keys.algorithm(), keys.privateKey(), keys.publicKey()).sign(message);
      if (!right()) {
        throw new IllegalStateException("a signature that its own key does not verify");
      }
    }

    boolean right() {
      return Signatures.verify(provider, keys.algorithm(), keys.publicKey(), message, signature);
    }
  }

  /** A key to sign with. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare first
  public static class Signing {
    /** Algorithm and provider. */
    @Param({
      "ED25519-conscrypt",
      "ED25519-bouncycastle",
      "ED25519-libcrypto",
      "ED25519-jdk",
      "P256-bouncycastle",
      "SECP256K1-bouncycastle",
      "RSA-libcrypto",
      "RSA-conscrypt",
      "RSA-jdk"
    })
    public String by = "ED25519-bouncycastle";

    private final byte[] message = new byte[MESSAGE_BYTES];
    private Signer signer;

    /** Makes a key. */
    @Setup
    public void prepare() {
      Keys keys = Keys.generate(algorithm(by));
      signer =
          provider(by, SignatureOperation.SIGN)
              .signer(keys.algorithm(), keys.privateKey(), keys.publicKey());
    }
  }

  /** Verifies a good signature. */
  @Benchmark
  public boolean verify(Signed signed) {
    return signed.right();
  }

  /** Signs with a key that is ready. */
  @Benchmark
  public byte[] sign(Signing signing) {
    return signing.signer.sign(signing.message);
  }
}
