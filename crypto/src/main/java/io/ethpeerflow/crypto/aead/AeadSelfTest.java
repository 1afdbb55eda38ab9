package io.ethpeerflow.crypto.aead;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider for a known answer before it is trusted: a library that was found by name may be
 * another build than the one that was tested.
 */
final class AeadSelfTest {
  // the answers for key 80..9f and counter 7, without and with associated data, in which all four
  // providers agree
  private static final String CIPHERTEXT =
      "f0e17de0ce476fa203b388f86a8c03f9f7bd570023bf4ab54f473b714245905c725191d8efc7cc37"
          + "22140ff26313d701cf213008c77bac0d4559f2a672dc58b5bf224149e05b53ff3b47cd78a2ccf927"
          + "a2eb69b3d110a71c4fb14440f9e3f8045641be";
  private static final String TAG = "d2999532f62160cb90bc68c6baddce4b";
  private static final String TAG_WITH_ASSOCIATED = "2fc2b87ebafae2521086ff24efbe2517";
  private static final byte[] ASSOCIATED = HexFormat.of().parseHex("50515253c0c1c2c3c4c5c6c7");
  private static final int MESSAGE_BYTES = 99;

  private AeadSelfTest() {}

  /** What went wrong, or null. */
  static @Nullable String failureOf(AeadProvider provider) {
    byte[] key = new byte[Ciphers.KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (0x80 + i);
    }
    byte[] message = new byte[MESSAGE_BYTES];
    for (int i = 0; i < MESSAGE_BYTES; i++) {
      message[i] = (byte) i;
    }
    String why = failureOfRecords(provider, key, message);
    return why == null ? failureOfSingleMessages(provider, key, message) : why;
  }

  private static @Nullable String failureOfRecords(
      AeadProvider provider, byte[] key, byte[] message) {
    try (Sealer sealer = provider.sealer(key);
        Opener opener = provider.opener(key)) {
      ByteBuf plain = Unpooled.wrappedBuffer(message);
      ByteBuf record = Unpooled.buffer(MESSAGE_BYTES + Ciphers.TAG_BYTES);
      sealer.start(7, record);
      sealer.update(plain, 0, 12, record);
      sealer.update(plain, 12, MESSAGE_BYTES - 12, record);
      sealer.finish(record);
      if (!ByteBufUtil.hexDump(record).equals(CIPHERTEXT + TAG)) {
        return "it seals the test message wrongly";
      }
      if (!opener.open(7, record, 0, record.readableBytes())
          || !ByteBufUtil.equals(plain, 0, record, 0, MESSAGE_BYTES)) {
        return "it does not open the test message";
      }
      record.setByte(3, record.getByte(3) ^ 1);
      return opener.open(8, record, 0, record.readableBytes())
          ? "it opens a message with a wrong tag"
          : null;
    }
  }

  private static @Nullable String failureOfSingleMessages(
      AeadProvider provider, byte[] key, byte[] message) {
    byte[] nonce = new byte[Ciphers.NONCE_BYTES];
    Ciphers.nonce(7, nonce);
    byte[] sealed = provider.seal(key, nonce, ASSOCIATED, message);
    if (!HexFormat.of().formatHex(sealed).equals(CIPHERTEXT + TAG_WITH_ASSOCIATED)) {
      return "it seals the test message with associated data wrongly";
    }
    try {
      if (!Arrays.equals(provider.open(key, nonce, ASSOCIATED, sealed), message)) {
        return "it does not open the test message with associated data";
      }
    } catch (AEADBadTagException e) {
      return "it does not open the test message with associated data";
    }
    try {
      provider.open(key, nonce, new byte[0], sealed);
      return "it opens a message with other associated data";
    } catch (AEADBadTagException right) {
      return null;
    }
  }
}
