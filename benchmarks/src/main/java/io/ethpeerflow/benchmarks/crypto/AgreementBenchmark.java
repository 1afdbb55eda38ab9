package io.ethpeerflow.benchmarks.crypto;

import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
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

/** X25519 by each provider: what their ranks follow. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class AgreementBenchmark {
  /** A provider. */
  @Param({"conscrypt", "libcrypto", "bouncycastle", "jdk"})
  public String x25519 = "bouncycastle";

  private final byte[] privateKey = new byte[KeyAgreement.KEY_BYTES];
  private KeyAgreement agreement;
  private byte[] remoteKey;

  /** Makes both sides' keys. */
  @Setup
  public void prepare() {
    agreement = KeyAgreements.named(x25519);
    var random = new SecureRandom();
    random.nextBytes(privateKey);
    remoteKey = agreement.publicKey(privateKey);
    random.nextBytes(privateKey);
  }

  /** The public key of a private key. */
  @Benchmark
  public byte[] publicKey() {
    return agreement.publicKey(privateKey);
  }

  /** The secret shared with a remote. */
  @Benchmark
  public byte[] agree() {
    return agreement.agree(privateKey, remoteKey);
  }
}
