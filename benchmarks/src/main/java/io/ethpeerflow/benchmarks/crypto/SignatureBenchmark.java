package io.ethpeerflow.benchmarks.crypto;

import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.PublicKey;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Signatures over as many bytes as a Noise handshake signs: a prefix and a static key. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignatureBenchmark {
  private static final int MESSAGE_BYTES = 24 + 32;

  /** RSA keys have 2048 bits. */
  @Param public KeyType type = KeyType.ED25519;

  private byte[] message = new byte[MESSAGE_BYTES];
  private PrivateKey key = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
  private PublicKey publicKey = key.publicKey();
  private byte[] signature = {};

  /** Makes a key and a signature of its type. */
  @Setup
  public void prepare() {
    key = PrivateKey.generate(type, new SecureRandom());
    publicKey = key.publicKey();
    signature = key.sign(message);
    if (!publicKey.verify(message, signature)) {
      throw new IllegalStateException("a signature that its own key does not verify");
    }
  }

  /** Signs. */
  @Benchmark
  public byte[] sign() {
    return key.sign(message);
  }

  /** Verifies a good signature. */
  @Benchmark
  public boolean verify() {
    return publicKey.verify(message, signature);
  }
}
