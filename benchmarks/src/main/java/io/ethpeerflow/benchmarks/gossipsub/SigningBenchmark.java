package io.ethpeerflow.benchmarks.gossipsub;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.sign.MessageSigner;
import io.ethpeerflow.gossipsub.sign.MessageVerifier;
import io.ethpeerflow.gossipsub.sign.Refusal;
import io.ethpeerflow.gossipsub.sign.SigningPolicy;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Signing a message and validating a signed one, with Ed25519. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class SigningBenchmark {
  /** Payload of the message. */
  @Param({"1024", "65536"})
  public int payloadBytes;

  private final MessageSigner signer =
      new MessageSigner(
          SigningPolicy.STRICT_SIGN, PrivateKey.generate(KeyType.ED25519, new SecureRandom()));
  private final MessageVerifier verifier = new MessageVerifier(SigningPolicy.STRICT_SIGN);
  private byte[] payload;
  private Message message;

  /** Makes the message. */
  @Setup
  public void prepare() {
    payload = new byte[payloadBytes];
    message = signer.sign(Samples.TOPIC, payload, 1);
    if (verify() != null) {
      throw new IllegalStateException("a signature that its own key does not verify");
    }
  }

  /** A message of our own. */
  @Benchmark
  public Message sign() {
    return signer.sign(Samples.TOPIC, payload, 1);
  }

  /** A message of another. */
  @Benchmark
  public @Nullable Refusal verify() {
    return verifier.refusal(message);
  }
}
