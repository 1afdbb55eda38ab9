package io.ethpeerflow.crypto.aead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every provider must do; where one is not available the test is skipped and says why. */
class AeadTest {
  private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

  private static AeadProvider provider(String name) {
    for (AeadProvider provider : AeadProviders.all()) {
      if (provider.name().equals(name)) {
        String why = AeadProviders.whyNot(provider);
        assumeTrue(why == null, name + ": " + why);
        return provider;
      }
    }
    throw new AssertionError(name);
  }

  private static byte[] reference(byte[] key, long nonce, byte[] message) throws Exception {
    byte[] iv = new byte[12];
    Ciphers.nonce(nonce, iv);
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(iv));
    return cipher.doFinal(message);
  }

  /** A buffer of one of the kinds that users have; released by the caller. */
  private static ByteBuf anyBuffer(SeededRandom random, byte[] content) {
    int padding = random.nextInt(9);
    return switch (random.nextInt(4)) {
      case 0 ->
          ALLOCATOR
              .heapBuffer(padding + content.length + 1)
              .writeZero(padding)
              .skipBytes(padding)
              .writeBytes(content);
      case 1 ->
          ALLOCATOR
              .directBuffer(padding + content.length + 1)
              .writeZero(padding)
              .skipBytes(padding)
              .writeBytes(content);
      case 2 -> composite(content, random.nextInt(content.length + 1));
      default -> readOnlyView(content, padding);
    };
  }

  private static ByteBuf composite(byte[] content, int cut) {
    int rest = content.length - cut;
    return ALLOCATOR
        .compositeBuffer()
        .addComponent(true, ALLOCATOR.directBuffer(cut + 1).writeBytes(content, 0, cut))
        .addComponent(true, ALLOCATOR.heapBuffer(rest + 1).writeBytes(content, cut, rest));
  }

  private static ByteBuf readOnlyView(byte[] content, int padding) {
    ByteBuf data =
        ALLOCATOR.directBuffer(padding + content.length + 1).writeZero(padding).writeBytes(content);
    ByteBuf view = data.retainedSlice(padding, content.length).asReadOnly();
    data.release();
    return view;
  }

  private static ByteBuf room(boolean array, int bytes) {
    return array ? ALLOCATOR.heapBuffer(bytes) : ALLOCATOR.directBuffer(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"libcrypto", "conscrypt", "jce", "bouncycastle"})
  void sealsWhatTheJdkSealsFromPartsOfAnyKind(String name) {
    AeadProvider provider = provider(name);
    Seeds.check(
        150,
        random -> {
          byte[] key = random.bytes(32);
          long nonce = random.edgyLong(Long.MIN_VALUE, Long.MAX_VALUE);
          byte[] message = random.edgyBytes(0, random.oneIn(8) ? 65519 : 300);
          byte[] expected = reference(key, nonce, message);
          try (Sealer sealer = provider.sealer(key)) {
            int before = random.nextInt(40);
            ByteBuf out =
                room(sealer.needsArray() || random.oneIn(4), before + message.length + 16);
            out.writeZero(before);
            sealer.start(nonce, out);
            int at = 0;
            while (at < message.length) {
              int part = Math.min(message.length - at, random.edgyInt(0, message.length));
              ByteBuf in = anyBuffer(random, Arrays.copyOfRange(message, at, at + part));
              int readerIndex = in.readerIndex();
              sealer.update(in, readerIndex, part, out);
              assertThat(in.readerIndex()).isEqualTo(readerIndex);
              in.release();
              at += part;
            }
            sealer.finish(out);
            assertThat(ByteBufUtil.getBytes(out, before, out.readableBytes() - before))
                .isEqualTo(expected);
            out.release();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"libcrypto", "conscrypt", "jce", "bouncycastle"})
  void opensInPlaceAndRefusesAnyChange(String name) {
    AeadProvider provider = provider(name);
    Seeds.check(
        150,
        random -> {
          byte[] key = random.bytes(32);
          long nonce = random.nextLong();
          byte[] message = random.edgyBytes(0, random.oneIn(8) ? 65519 : 300);
          byte[] sealed = reference(key, nonce, message);
          try (Opener opener = provider.opener(key)) {
            int before = random.nextInt(40);
            ByteBuf data = room(opener.needsArray() || random.oneIn(4), before + sealed.length);
            data.writeZero(before).writeBytes(sealed);
            assertThat(opener.open(nonce, data, before, sealed.length)).isTrue();
            assertThat(ByteBufUtil.getBytes(data, before, message.length)).isEqualTo(message);

            int flipped = random.nextInt(sealed.length);
            data.setBytes(before, sealed)
                .setByte(before + flipped, sealed[flipped] ^ 1 << random.nextInt(8));
            assertThat(opener.open(nonce, data, before, sealed.length)).isFalse();
            data.setBytes(before, sealed);
            assertThat(opener.open(nonce + 1, data, before, sealed.length)).isFalse();
            data.setBytes(before, sealed);
            assertThat(opener.open(nonce, data, before, sealed.length)).isTrue();
            data.release();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"libcrypto"})
  void opensAMessageInPieces(String name) {
    AeadProvider provider = provider(name);
    Seeds.check(
        100,
        random -> {
          byte[] key = random.bytes(32);
          byte[] message = random.edgyBytes(1, 3000);
          byte[] sealed = reference(key, 5, message);
          try (Opener opener = provider.opener(key)) {
            boolean spoiled = random.oneIn(3);
            sealed[random.nextInt(sealed.length)] ^= (byte) (spoiled ? 1 : 0);
            opener.start(5);
            byte[] opened = new byte[message.length];
            int at = 0;
            while (at < message.length) {
              int part = Math.min(message.length - at, random.edgyInt(1, message.length));
              ByteBuf piece = room(random.nextBoolean(), part).writeBytes(sealed, at, part);
              opener.update(piece, 0, part);
              piece.readBytes(opened, at, part);
              piece.release();
              at += part;
            }
            ByteBuf tag = room(random.nextBoolean(), 18).writeZero(2).writeBytes(sealed, at, 16);
            assertThat(opener.finish(tag, 2)).isEqualTo(!spoiled);
            tag.release();
            if (!spoiled) {
              assertThat(opened).isEqualTo(message);
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"libcrypto", "conscrypt", "jce", "bouncycastle"})
  void refusesToWorkAfterClose(String name) {
    AeadProvider provider = provider(name);
    ByteBuf data = ALLOCATOR.heapBuffer(64).writeZero(32);
    Sealer sealer = provider.sealer(new byte[32]);
    Opener opener = provider.opener(new byte[32]);
    for (int i = 0; i < 2; i++) {
      sealer.close();
      opener.close();
    }
    assertThatThrownBy(() -> sealer.start(0, data)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> opener.open(0, data, 0, 32)).isInstanceOf(IllegalStateException.class);
    data.release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"libcrypto", "conscrypt", "jce", "bouncycastle"})
  void neverReachesOutsideOfTheBuffers(String name) {
    AeadProvider provider = provider(name);
    try (Sealer sealer = provider.sealer(new byte[32])) {
      ByteBuf in = ALLOCATOR.directBuffer(8, 8).writeZero(8);
      ByteBuf out = room(sealer.needsArray(), 32);
      ByteBuf small =
          sealer.needsArray() ? ALLOCATOR.heapBuffer(4, 4) : ALLOCATOR.directBuffer(4, 4);
      sealer.start(0, out);
      for (int[] range :
          List.of(new int[] {-1, 4}, new int[] {4, 5}, new int[] {8, 1}, new int[] {0, 9})) {
        assertThatThrownBy(() -> sealer.update(in, range[0], range[1], out))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      sealer.start(1, small);
      assertThatThrownBy(() -> sealer.update(in, 0, 8, small))
          .isInstanceOf(IndexOutOfBoundsException.class);
      in.release();
      out.release();
      small.release();
    }
  }
}
