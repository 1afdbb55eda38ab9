package io.ethpeerflow.quic.packet;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The packet that asks a stranger to show that its address is its own (RFC 9000 17.2.5). */
public final class RetryPacket {
  /** The longest one, in bytes. */
  public static final int MAX_BYTES =
      7 + 2 * PacketHeader.MAX_CONNECTION_ID_BYTES + AddressToken.MAX_BYTES + 16;

  private static final int FIRST_BYTE = 0xf0;
  private static final int VERSION_1 = 1;
  private static final int TAG_BITS = 128;

  /** RFC 9001 section 5.8: known to everybody, they only tell a Retry from an accident. */
  private static final byte[] KEY = HexFormat.of().parseHex("be0c690b9f66575a1d766b54e368c84e");

  private static final byte[] NONCE = HexFormat.of().parseHex("461599d35d632bf2239825bb");

  private RetryPacket() {}

  /**
   * Makes one.
   *
   * @param theirId what the stranger calls itself
   * @param originalId what the stranger calls us
   * @param ourId what it shall call us from now on
   * @param token what it shall send back
   */
  public static byte[] of(byte[] theirId, byte[] originalId, byte[] ourId, byte[] token) {
    ByteBuffer head =
        ByteBuffer.allocate(7 + theirId.length + ourId.length + token.length)
            .put((byte) FIRST_BYTE)
            .putInt(VERSION_1)
            .put((byte) theirId.length)
            .put(theirId)
            .put((byte) ourId.length)
            .put(ourId)
            .put(token);
    byte[] tag = tag(originalId, head.array());
    return ByteBuffer.allocate(head.capacity() + tag.length).put(head.array()).put(tag).array();
  }

  /** The integrity tag of a Retry packet without it (RFC 9001 section 5.8). */
  static byte[] tag(byte[] originalId, byte[] head) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(KEY, "AES"),
          new GCMParameterSpec(TAG_BITS, NONCE));
      cipher.updateAAD(new byte[] {(byte) originalId.length});
      cipher.updateAAD(originalId);
      cipher.updateAAD(head);
      return cipher.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }
}
