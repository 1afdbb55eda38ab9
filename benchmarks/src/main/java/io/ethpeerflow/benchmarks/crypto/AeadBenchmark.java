package io.ethpeerflow.benchmarks.crypto;

import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.aead.Opener;
import io.ethpeerflow.crypto.aead.Sealer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One message of each size through each AEAD, in the memory that it wants: what the ranks of the
 * providers follow.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class AeadBenchmark {
  /** A provider. */
  @Param({"libcrypto", "conscrypt", "jce", "bouncycastle"})
  public String aead = "jce";

  /** Plaintext of a message. */
  @Param({"64", "1024", "65518"})
  public int bytes;

  private Sealer sealer;
  private Opener opener;
  private ByteBuf plain;
  private ByteBuf out;
  private byte[] sealed;
  private ByteBuf work;
  private long nonce;

  /** Prepares buffers and one sealed message. */
  @Setup(Level.Trial)
  public void prepare() {
    AeadProvider provider = AeadProviders.named(aead);
    byte[] key = new byte[32];
    sealer = provider.sealer(key);
    opener = provider.opener(key);
    plain = PooledByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes);
    out = buffer(sealer.needsArray());
    work = buffer(opener.needsArray());
    Sealer first = provider.sealer(key);
    ByteBuf into = buffer(first.needsArray());
    first.start(0, into);
    first.update(plain, 0, bytes, into);
    first.finish(into);
    sealed = ByteBufUtil.getBytes(into);
    into.release();
    first.close();
    work.writeBytes(sealed);
  }

  private ByteBuf buffer(boolean array) {
    return array
        ? PooledByteBufAllocator.DEFAULT.heapBuffer(bytes + 16)
        : PooledByteBufAllocator.DEFAULT.directBuffer(bytes + 16);
  }

  /** Frees the ciphers. */
  @TearDown(Level.Trial)
  public void free() {
    sealer.close();
    opener.close();
  }

  /** Seals from direct memory, as a record writer does. */
  @Benchmark
  public int seal() {
    out.clear();
    sealer.start(nonce++, out);
    sealer.update(plain, 0, bytes, out);
    sealer.finish(out);
    return out.writerIndex();
  }

  /** Opens in place; copying the message back first costs some 2 % of the slowest case. */
  @Benchmark
  public boolean open() {
    work.setBytes(0, sealed);
    return opener.open(0, work, 0, bytes + 16);
  }
}
