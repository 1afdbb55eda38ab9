package io.ethpeerflow.benchmarks.noise;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.handshake.HandshakeKeys;
import io.ethpeerflow.noise.handshake.NoiseHandshake;
import io.ethpeerflow.noise.handshake.NoiseHandshake.Established;
import io.ethpeerflow.noise.handshake.NoiseHandshake.Output;
import io.ethpeerflow.noise.handshake.NoiseHandshake.Send;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * A whole handshake, both sides, with Ed25519 identities and a muxer, between hosts that know each
 * other: without any I/O, and with the making of both ephemeral keys.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class HandshakeBenchmark {
  private static final byte[] NO_PROLOGUE = new byte[0];

  /** What computes X25519. */
  @Param({"conscrypt", "bouncycastle"})
  public String x25519 = "bouncycastle";

  private HandshakeKeys keys;
  private SecurityRequest dialing;
  private SecurityRequest listening;

  /** Makes the identities. */
  @Setup
  public void prepare() {
    keys = new HandshakeKeys(AeadProviders.best(), KeyAgreements.named(x25519));
    var random = new SecureRandom();
    var muxers = List.of(ProtocolId.of("/yamux/1.0.0"));
    dialing =
        new SecurityRequest(
            Role.INITIATOR, PrivateKey.generate(KeyType.ED25519, random), null, muxers, random);
    listening =
        new SecurityRequest(
            Role.RESPONDER, PrivateKey.generate(KeyType.ED25519, random), null, muxers, random);
  }

  /** Three messages. */
  @Benchmark
  public Established bothSides() throws ProtocolViolation {
    var initiator = new NoiseHandshake(dialing, NO_PROLOGUE, keys, 16 << 10, 100);
    var responder = new NoiseHandshake(listening, NO_PROLOGUE, keys, 16 << 10, 100);
    pump(initiator, responder);
    pump(responder, initiator);
    Objects.requireNonNull(pump(initiator, responder), "the initiator did not finish");
    return Objects.requireNonNull(pump(responder, initiator), "the responder did not finish");
  }

  private static @Nullable Established pump(NoiseHandshake from, NoiseHandshake to)
      throws ProtocolViolation {
    @Nullable Established established = null;
    for (Output output = from.poll(); output != null; output = from.poll()) {
      switch (output) {
        case Send send -> to.onMessage(send.message());
        case Established complete -> established = complete;
      }
    }
    return established;
  }
}
