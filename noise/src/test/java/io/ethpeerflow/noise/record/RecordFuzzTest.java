package io.ethpeerflow.noise.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.aead.Sealer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Any stream of bytes: the same plaintext and the same end however it is cut. */
class RecordFuzzTest {
  private static final byte[] KEY = new byte[32];

  /** What a target may be given to seal: long streams find nothing that shorter ones do not. */
  private static final int MAX_STREAM_BYTES = 256 << 10;

  /** Into how many pieces one is cut at most, or a target runs a few times a second. */
  private static final int MOST_PIECES = 2048;

  private record Outcome(
      ByteBuffer plaintext, @Nullable String violation, @Nullable String truncation) {}

  /** Bytes as they come. */
  @FuzzTest
  void stream(byte[] input) {
    Outcome whole = open(input, Math.max(1, input.length));
    assertThat(open(input, 1)).isEqualTo(whole);
    assertThat(open(input, 4099)).isEqualTo(whole);
  }

  /**
   * Records that authenticate: each byte says how long the next is and, when odd, that one of its
   * bits is wrong.
   */
  @FuzzTest
  void records(byte[] plan) {
    var expected = new ByteArrayOutputStream();
    var stream = new ByteArrayOutputStream();
    boolean spoiled = false;
    try (Sealer sealer = AeadProviders.best().sealer(KEY)) {
      for (int i = 0; i < plan.length && stream.size() < MAX_STREAM_BYTES; i++) {
        byte[] message = new byte[(plan[i] & 0xfe) * (plan[i] & 0xfe)];
        Arrays.fill(message, plan[i]);
        byte[] record = seal(sealer, i, message);
        if ((plan[i] & 1) != 0) {
          spoiled = true;
          record[2 + message.length / 2] ^= 8;
        }
        stream.writeBytes(record);
        if (!spoiled) {
          expected.writeBytes(message);
        }
      }
    }
    int cut = plan.length == 0 ? 1 : 1 + (plan[plan.length - 1] & 0xff) * 37;
    int least = stream.size() / MOST_PIECES;
    for (int pieceBytes : new int[] {Math.max(cut, least), 4096, 1 << 20}) {
      Outcome outcome = open(stream.toByteArray(), pieceBytes);
      assertThat(outcome.plaintext()).isEqualTo(bytes(expected));
      assertThat(outcome.violation() != null).isEqualTo(spoiled);
    }
  }

  private static ByteBuffer bytes(ByteArrayOutputStream bytes) {
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static byte[] seal(Sealer sealer, long nonce, byte[] message) {
    ByteBuf in = ByteBufAllocator.DEFAULT.heapBuffer(message.length + 1).writeBytes(message);
    ByteBuf out =
        ByteBufAllocator.DEFAULT.heapBuffer(message.length + 18).writeShort(message.length + 16);
    sealer.start(nonce, out);
    sealer.update(in, 0, message.length, out);
    sealer.finish(out);
    byte[] record = ByteBufUtil.getBytes(out);
    in.release();
    out.release();
    return record;
  }

  private static Outcome open(byte[] input, int pieceBytes) {
    var plaintext = new ByteArrayOutputStream();
    PlaintextSink sink =
        data -> {
          assertThat(data.isReadable()).isTrue();
          plaintext.writeBytes(ByteBufUtil.getBytes(data));
          data.release();
        };
    var reader =
        new RecordReader(ByteBufAllocator.DEFAULT, AeadProviders.best().opener(KEY), sink, 0);
    try {
      for (int at = 0; at < input.length; at += pieceBytes) {
        int bytes = Math.min(pieceBytes, input.length - at);
        reader.onChunk(ByteBufAllocator.DEFAULT.directBuffer(bytes).writeBytes(input, at, bytes));
      }
      return new Outcome(bytes(plaintext), null, reader.truncation());
    } catch (ProtocolViolation e) {
      return new Outcome(bytes(plaintext), e.getMessage(), null);
    } finally {
      reader.close();
    }
  }
}
