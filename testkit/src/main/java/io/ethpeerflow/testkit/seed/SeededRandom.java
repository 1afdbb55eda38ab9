package io.ethpeerflow.testkit.seed;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A generator whose whole future follows from one {@code long}, with generators for what parsers
 * choke on. The algorithm (SplitMix64) is part of the contract: a seed that failed once fails again
 * on another machine and another JDK.
 *
 * <p>Not thread-safe; give each thread a {@link #fork()}.
 */
public final class SeededRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final int[] EDGE_BYTES = {0, 1, 0x7f, 0x80, 0xff};

  private final long seed;
  private long state;

  /** Creates a generator. Every seed is as good as any other. */
  public SeededRandom(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /** The seed that this generator was made with. */
  public long seed() {
    return seed;
  }

  /** A generator that is independent of what is drawn from this one later. */
  public SeededRandom fork() {
    return new SeededRandom(nextLong());
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** True once in {@code n} draws on average; {@code n} at least 1. */
  public boolean oneIn(int n) {
    return nextInt(n) == 0;
  }

  /** One of the choices. */
  @SafeVarargs
  public final <T> T pick(T... choices) {
    return choices[nextInt(choices.length)];
  }

  /** One of the elements of a list that is not empty. */
  public <T> T pick(List<T> choices) {
    return choices.get(nextInt(choices.size()));
  }

  /**
   * An {@code int} of {@code [min, max]}: half of the time uniform, otherwise one where mistakes
   * live: the ends, their neighbours, zero, and powers of two and their neighbours.
   */
  public int edgyInt(int min, int max) {
    return (int) edgyLong(min, max);
  }

  /** A {@code long} of {@code [min, max]}, biased like {@link #edgyInt}. */
  public long edgyLong(long min, long max) {
    if (min > max) {
      throw new IllegalArgumentException("min " + min + " > max " + max);
    }
    long edge =
        switch (nextInt(10)) {
          case 0 -> min;
          case 1 -> max;
          case 2 -> min == max ? min : min + 1;
          case 3 -> min == max ? max : max - 1;
          case 4, 5 -> powerOfTwo(Math.max(bits(min), bits(max))) + nextInt(-1, 2);
          default -> uniform(min, max);
        };
    return edge < min || edge > max ? uniform(min, max) : edge;
  }

  /** Bytes drawn uniformly; {@code length} of them. */
  public byte[] bytes(int length) {
    var bytes = new byte[length];
    nextBytes(bytes);
    return bytes;
  }

  /**
   * Between {@code minLength} and {@code maxLength} bytes, both included and biased to the ends,
   * with content of one of several kinds: uniform, one byte repeated, counting up, mostly zero, or
   * made of the bytes at the edges of signedness.
   */
  public byte[] edgyBytes(int minLength, int maxLength) {
    byte[] bytes = bytes(edgyInt(minLength, maxLength));
    switch (nextInt(8)) {
      case 0 -> Arrays.fill(bytes, (byte) EDGE_BYTES[nextInt(EDGE_BYTES.length)]);
      case 1 -> {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) i;
        }
      }
      case 2 -> {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = oneIn(16) ? bytes[i] : 0;
        }
      }
      case 3 -> {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) EDGE_BYTES[nextInt(EDGE_BYTES.length)];
        }
      }
      default -> {}
    }
    return bytes;
  }

  /**
   * A copy of {@code input} with one to four small accidents: a bit flipped, a byte replaced,
   * inserted or removed, the end cut off, or a stretch repeated. At most 2 * length + 4 bytes long.
   */
  public byte[] mutate(byte[] input) {
    byte[] bytes = input.clone();
    for (int left = nextInt(1, 5); left > 0; left--) {
      bytes = mutateOnce(bytes, 2 * input.length + 4);
    }
    return bytes;
  }

  /**
   * Cuts the readable bytes into consecutive pieces of 1 to {@code maxPieceBytes}, as a network may
   * deliver them. Borrows {@code data}; gives the pieces (retained slices), all to be released by
   * the caller.
   */
  public List<ByteBuf> split(ByteBuf data, int maxPieceBytes) {
    var pieces = new ArrayList<ByteBuf>();
    int at = data.readerIndex();
    while (at < data.writerIndex()) {
      int length = Math.min(edgyInt(1, maxPieceBytes), data.writerIndex() - at);
      pieces.add(data.retainedSlice(at, length));
      at += length;
    }
    return pieces;
  }

  private long powerOfTwo(int maxBits) {
    long power = 1L << nextInt(maxBits + 1);
    return oneIn(4) ? -power : power;
  }

  private static int bits(long value) {
    return Math.min(63, Long.SIZE - Long.numberOfLeadingZeros(value < 0 ? ~value : value));
  }

  private long uniform(long min, long max) {
    if (max == Long.MAX_VALUE) {
      return min == Long.MIN_VALUE ? nextLong() : nextLong(min - 1, max) + 1;
    }
    return nextLong(min, max + 1);
  }

  private byte[] mutateOnce(byte[] bytes, int maxLength) {
    if (bytes.length == 0) {
      return bytes(nextInt(1, 4));
    }
    int at = nextInt(bytes.length);
    switch (nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << nextInt(8));
      case 1 -> bytes[at] = (byte) EDGE_BYTES[nextInt(EDGE_BYTES.length)];
      case 2 -> {
        return concat(bytes, at, bytes(1), at, maxLength);
      }
      case 3 -> {
        return concat(bytes, at, new byte[0], at + 1, maxLength);
      }
      case 4 -> {
        return Arrays.copyOf(bytes, at);
      }
      default -> {
        int end = nextInt(at, bytes.length) + 1;
        return concat(bytes, end, Arrays.copyOfRange(bytes, at, end), end, maxLength);
      }
    }
    return bytes;
  }

  private static byte[] concat(byte[] bytes, int headEnd, byte[] middle, int tailStart, int max) {
    int tail = bytes.length - tailStart;
    if (headEnd + middle.length + tail > max) {
      return bytes;
    }
    byte[] joined = Arrays.copyOf(bytes, headEnd + middle.length + tail);
    System.arraycopy(middle, 0, joined, headEnd, middle.length);
    System.arraycopy(bytes, tailStart, joined, headEnd + middle.length, tail);
    return joined;
  }

  @Override
  public String toString() {
    return "SeededRandom[seed=" + Seeds.text(seed) + "]";
  }
}
