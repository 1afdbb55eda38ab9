package io.ethpeerflow.noise.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.noise.ScriptedLink;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Records, with each AEAD that is available. */
@ParameterizedClass
@MethodSource("available")
class RecordTest {
  private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;
  private static final byte[] KEY = new SeededRandom(5).bytes(32);

  @Parameter String aead = "";

  private final ScriptedLink link = new ScriptedLink();
  private final ByteArrayOutputStream opened = new ByteArrayOutputStream();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private int passed;

  static List<String> available() {
    return AeadProviders.all().stream()
        .filter(p -> p.unavailable() == null)
        .map(AeadProvider::name)
        .toList();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  private RecordWriter writer(int maxRecordBytes, long nonce) {
    var writer =
        new RecordWriter(link, AeadProviders.named(aead).sealer(KEY), maxRecordBytes, nonce);
    toClose.add(writer::close);
    return writer;
  }

  private RecordReader reader(long nonce) {
    PlaintextSink sink =
        plaintext -> {
          assertThat(plaintext.isReadable()).isTrue();
          passed++;
          opened.writeBytes(ByteBufUtil.getBytes(plaintext));
          plaintext.release();
        };
    var reader = new RecordReader(ALLOCATOR, AeadProviders.named(aead).opener(KEY), sink, nonce);
    toClose.add(reader::close);
    return reader;
  }

  private static ByteBuf buffer(byte[] bytes) {
    return ALLOCATOR.directBuffer(bytes.length + 1).writeBytes(bytes);
  }

  private void append(RecordWriter writer, byte[] bytes) {
    ByteBuf data = buffer(bytes);
    try {
      writer.append(data, 0, bytes.length);
    } finally {
      data.release();
    }
  }

  private byte[] flush(RecordWriter writer) {
    writer.flush();
    link.flush();
    return link.takeSent();
  }

  private byte[] seal(byte[] message) {
    RecordWriter writer = writer(65519, 0);
    append(writer, message);
    return flush(writer);
  }

  private static List<Integer> lengths(byte[] records) {
    var lengths = new ArrayList<Integer>();
    for (int at = 0; at < records.length; at += 2 + lengths.getLast()) {
      lengths.add((records[at] & 0xff) << 8 | records[at + 1] & 0xff);
    }
    return lengths;
  }

  @Test
  void packsSmallWritesOfOneTurnIntoOneRecord() {
    RecordWriter writer = writer(65519, 0);
    for (int i = 0; i < 10; i++) {
      append(writer, new byte[12]);
    }
    assertThat(lengths(flush(writer))).containsExactly(120 + 16);
  }

  @Test
  void putsAFrameOfTheRecordSizeIntoOneRecord() {
    RecordWriter writer = writer(65519, 0);
    append(writer, new byte[100]);
    ByteBuf head = buffer(new byte[12]);
    ByteBuf body = buffer(new byte[65507]);
    writer.append(head, 0, 12, body, 0, 65507);
    head.release();
    body.release();
    assertThat(lengths(flush(writer))).containsExactly(116, 65535);
  }

  @Test
  void splitsWhatIsLongerThanARecord() {
    RecordWriter writer = writer(1024, 0);
    append(writer, new byte[2500]);
    assertThat(lengths(flush(writer))).containsExactly(1040, 1040, 452 + 16);
  }

  @Test
  void sendsNothingWhenNothingWasWritten() {
    RecordWriter writer = writer(65519, 0);
    append(writer, new byte[0]);
    assertThat(flush(writer)).isEmpty();
  }

  @Test
  void opensWhateverIsWrittenHoweverTheStreamIsCut() {
    Seeds.check(
        60,
        random -> {
          RecordWriter writer = writer(random.pick(1024, 5000, 65518, 65519), 0);
          RecordReader reader = reader(0);
          opened.reset();
          var written = new ByteArrayOutputStream();
          var stream = new ByteArrayOutputStream();
          for (int turn = random.nextInt(1, 5); turn > 0; turn--) {
            for (int i = random.nextInt(1, 20); i > 0; i--) {
              byte[] head = random.bytes(random.nextInt(14));
              byte[] body = random.edgyBytes(0, random.oneIn(8) ? 80_000 : 600);
              written.writeBytes(head);
              written.writeBytes(body);
              ByteBuf headBuffer = buffer(head);
              ByteBuf bodyBuffer = buffer(body);
              writer.append(headBuffer, 0, head.length, bodyBuffer, 0, body.length);
              headBuffer.release();
              bodyBuffer.release();
            }
            stream.writeBytes(flush(writer));
          }
          ByteBuf all = buffer(stream.toByteArray());
          int maxPiece = random.pick(1, 7, 300, 9000, 70_000);
          for (ByteBuf piece :
              random.split(all, all.readableBytes() > 100_000 ? 70_000 : maxPiece)) {
            ByteBuf chunk =
                random.nextBoolean()
                    ? ALLOCATOR.directBuffer(piece.readableBytes())
                    : ALLOCATOR.heapBuffer(piece.readableBytes());
            reader.onChunk(chunk.writeBytes(piece));
            piece.release();
          }
          all.release();
          assertThat(opened.toByteArray()).isEqualTo(written.toByteArray());
          assertThat(reader.truncation()).isNull();
        });
  }

  @Test
  void opensChunksThatMustNotBeWrittenTo() throws ProtocolViolation {
    byte[] message = new SeededRandom(1).bytes(5000);
    byte[] record = seal(message);
    ByteBuf owner = buffer(record);
    reader(0).onChunk(owner.retainedSlice().asReadOnly());
    assertThat(opened.toByteArray()).isEqualTo(message);
    assertThat(ByteBufUtil.getBytes(owner)).isEqualTo(record);
    owner.release();
  }

  @Test
  void opensCompositeChunks() throws ProtocolViolation {
    byte[] message = new SeededRandom(2).bytes(5000);
    byte[] record = seal(message);
    ByteBuf chunk =
        ALLOCATOR
            .compositeBuffer()
            .addComponent(true, ALLOCATOR.directBuffer().writeBytes(record, 0, 100))
            .addComponent(
                true, ALLOCATOR.heapBuffer().writeBytes(record, 100, record.length - 100));
    reader(0).onChunk(chunk);
    assertThat(opened.toByteArray()).isEqualTo(message);
  }

  @Test
  void opensARecordInFourLargePiecesAndManySmallOnes() throws ProtocolViolation {
    byte[] message = new SeededRandom(3).bytes(60_000);
    byte[] record = seal(message);
    RecordReader reader = reader(0);
    int at = 0;
    for (int size :
        new int[] {1, 1, 10, 5000, 20, 5000, 6000, 1, 7000, 8000, 9000, 10_000, 9_900}) {
      reader.onChunk(buffer(Arrays.copyOfRange(record, at, at + size)));
      at += size;
    }
    assertThat(opened.size()).isZero();
    for (; at < record.length; at += 5) {
      reader.onChunk(buffer(Arrays.copyOfRange(record, at, Math.min(record.length, at + 5))));
    }
    assertThat(opened.toByteArray()).isEqualTo(message);
    assertThat(passed).isBetween(1, 9);
  }

  @Test
  void takesEmptyRecordsForWhatTheyAre() throws ProtocolViolation {
    var sealer = AeadProviders.named(aead).sealer(KEY);
    ByteBuf out = ALLOCATOR.heapBuffer();
    for (int nonce = 0; nonce < 5; nonce++) {
      out.writeShort(16);
      sealer.start(nonce, out);
      sealer.finish(out);
    }
    sealer.close();
    RecordReader reader = reader(0);
    reader.onChunk(out);
    assertThat(passed).isZero();
    assertThat(reader.recordSeen()).isTrue();
    assertThat(reader.truncation()).isNull();
  }

  @Test
  @Spec("noise/transport-message")
  void refusesARecordThatCannotHoldItsTag() {
    for (int length = 0; length < 16; length++) {
      RecordReader reader = reader(0);
      ByteBuf chunk = buffer(new byte[] {0, (byte) length});
      assertThatThrownBy(() -> reader.onChunk(chunk))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessage("record of " + length + " bytes, at least the 16 of its tag needed");
    }
  }

  @Test
  @Spec("noise/transport-message")
  void refusesAnyFlippedBit() {
    byte[] record = seal(new byte[20]);
    for (int bit = 16; bit < record.length * 8; bit++) {
      byte[] changed = record.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      RecordReader reader = reader(0);
      assertThatThrownBy(() -> reader.onChunk(buffer(changed)))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessage("record 0 of 36 bytes does not authenticate: its tag is wrong");
      assertThat(passed).isZero();
    }
  }

  @Test
  void refusesAFlippedBitInARecordInPieces() {
    byte[] record = seal(new byte[30_000]);
    record[20_000] ^= 1;
    RecordReader reader = reader(0);
    assertThatThrownBy(
            () -> {
              for (int at = 0; at < record.length; at += 6000) {
                int end = Math.min(record.length, at + 6000);
                reader.onChunk(buffer(Arrays.copyOfRange(record, at, end)));
              }
            })
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("does not authenticate");
    assertThat(passed).isZero();
  }

  @Test
  @Spec("noise/cipher-nonce")
  void refusesAReplayedOrReorderedRecord() throws ProtocolViolation {
    byte[] record = seal(new byte[20]);
    RecordReader reader = reader(0);
    reader.onChunk(buffer(record));
    assertThatThrownBy(() -> reader.onChunk(buffer(record)))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("record 1 ");
  }

  @Test
  void saysWhereAStreamWasCut() throws ProtocolViolation {
    byte[] record = seal(new byte[20]);
    for (int bytes = 0; bytes <= record.length; bytes++) {
      RecordReader reader = reader(0);
      ByteBuf chunk = buffer(Arrays.copyOf(record, bytes));
      reader.onChunk(chunk);
      if (bytes == 0 || bytes == record.length) {
        assertThat(reader.truncation()).isNull();
      } else if (bytes == 1) {
        assertThat(reader.truncation()).isEqualTo("inside the length of a record");
      } else {
        assertThat(reader.truncation()).contains((bytes - 2) + " of 36 bytes");
      }
    }
  }

  @Test
  @Spec("noise/nonce-exhaustion")
  void sealsTheLastNonceButOneAndNoMore() {
    RecordWriter writer = writer(1024, -2);
    append(writer, new byte[1024]);
    assertThatThrownBy(() -> append(writer, new byte[1]))
        .isInstanceOf(ConnectionClosedException.class)
        .hasMessageContaining("2^64-1");
    assertThat(lengths(flush(writer))).containsExactly(1040);
  }

  @Test
  @Spec("noise/nonce-exhaustion")
  void opensTheLastNonceButOneAndNoMore() throws ProtocolViolation {
    RecordWriter writer = writer(1024, -2);
    append(writer, new byte[10]);
    byte[] record = flush(writer);
    RecordReader reader = reader(-2);
    reader.onChunk(buffer(record));
    assertThat(passed).isEqualTo(1);
    assertThatThrownBy(() -> reader.onChunk(buffer(record)))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("2^64-1");
  }

  @Test
  void holdsNoMoreThanWhatArrivedOfARecordThatIsMerelyAnnounced() throws ProtocolViolation {
    var counting = new CountingAllocator();
    var reader =
        new RecordReader(counting, AeadProviders.named(aead).opener(KEY), ByteBuf::release, 0);
    reader.onChunk(buffer(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3}));
    assertThat(counting.reservedBytes()).isLessThan(300);
    reader.close();
  }
}
