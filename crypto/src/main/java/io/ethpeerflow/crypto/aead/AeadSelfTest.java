package io.ethpeerflow.crypto.aead;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider for a known answer before it is trusted: a library that was found by name may be
 * another build than the one that was tested.
 */
final class AeadSelfTest {
  // the answer for key 80..9f, counter 7, no associated data, computed with two of the providers
  private static final String SEALED =
      "f0e17de0ce476fa203b388f86a8c03f9f7bd570023bf4ab54f473b714245905c725191d8efc7cc37"
          + "22140ff26313d701cf213008c77bac0d4559f2a672dc58b5bf224149e05b53ff3b47cd78a2ccf927"
          + "a2eb69b3d110a71c4fb14440f9e3f8045641bed2999532f62160cb90bc68c6baddce4b";
  private static final int MESSAGE_BYTES = 99;

  private AeadSelfTest() {}

  /** What went wrong, or null. */
  static @Nullable String failureOf(AeadProvider provider) {
    byte[] key = new byte[Ciphers.KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (0x80 + i);
    }
    try (Sealer sealer = provider.sealer(key);
        Opener opener = provider.opener(key)) {
      ByteBuf message = Unpooled.buffer(MESSAGE_BYTES);
      for (int i = 0; i < MESSAGE_BYTES; i++) {
        message.writeByte(i);
      }
      ByteBuf record = Unpooled.buffer(MESSAGE_BYTES + Ciphers.TAG_BYTES);
      sealer.start(7, record);
      sealer.update(message, 0, 12, record);
      sealer.update(message, 12, MESSAGE_BYTES - 12, record);
      sealer.finish(record);
      if (!ByteBufUtil.hexDump(record).equals(SEALED)) {
        return "it seals the test message wrongly";
      }
      if (!opener.open(7, record, 0, record.readableBytes())
          || !ByteBufUtil.equals(message, 0, record, 0, MESSAGE_BYTES)) {
        return "it does not open the test message";
      }
      record.setByte(3, record.getByte(3) ^ 1);
      return opener.open(8, record, 0, record.readableBytes())
          ? "it opens a message with a wrong tag"
          : null;
    }
  }
}
