package io.ethpeerflow.benchmarks.wire;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiformats.Multibase;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The id of an Ed25519 key between its two text forms and its bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerIdBenchmark {
  private PeerId id =
      PeerId.of(PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey());
  private String base58 = id.toString();
  private String cid = id.toCidString(Multibase.BASE32);
  private byte[] bytes = id.toBytes();

  /** From base58. */
  @Benchmark
  public PeerId parseBase58() throws WireFormatException {
    return PeerId.parse(base58);
  }

  /** From a CIDv1 in base32. */
  @Benchmark
  public PeerId parseCid() throws WireFormatException {
    return PeerId.parse(cid);
  }

  /** From bytes. */
  @Benchmark
  public PeerId decode() throws WireFormatException {
    return PeerId.decode(bytes);
  }

  /** To base58. */
  @Benchmark
  public String format() {
    return id.toString();
  }
}
