package io.ethpeerflow.quic.packet;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a remote sends back to show that its address is its own (Retry, RFC 9000 section 8.1.2): a
 * tag over the address, the moment and the connection id of its first packet, then that moment and
 * that id. Costs no memory per remote. Any thread that owns the instance.
 */
public final class AddressToken {
  /** How long a token is good, in nanoseconds: 10 s. */
  public static final long LIFETIME_NANOS = 10_000_000_000L;

  /** Where the connection id begins in a token, in bytes. */
  public static final int HEAD_BYTES = 16 + 8;

  /** The longest token, in bytes. */
  public static final int MAX_BYTES = HEAD_BYTES + PacketHeader.MAX_CONNECTION_ID_BYTES;

  private static final int TAG_BYTES = 16;

  private final Mac mac;

  /**
   * Tokens under a key.
   *
   * @param key 32 random bytes; copied
   */
  public AddressToken(byte[] key) {
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /**
   * Makes a token.
   *
   * @param originalId the id that the remote chose for us, at most 20 bytes
   * @param nowNanos on any one clock
   */
  public byte[] mint(InetSocketAddress remote, byte[] originalId, long nowNanos) {
    byte[] head = ByteBuffer.allocate(8).putLong(nowNanos).array();
    return ByteBuffer.allocate(HEAD_BYTES + originalId.length)
        .put(tag(remote, head, originalId))
        .put(head)
        .put(originalId)
        .array();
  }

  /** Whether a token was made for an address, not longer ago than {@link #LIFETIME_NANOS}. */
  public boolean isValid(byte[] token, InetSocketAddress remote, long nowNanos) {
    if (token.length < HEAD_BYTES || token.length > MAX_BYTES) {
      return false;
    }
    byte[] head = Arrays.copyOfRange(token, TAG_BYTES, HEAD_BYTES);
    byte[] originalId = Arrays.copyOfRange(token, HEAD_BYTES, token.length);
    long age = nowNanos - ByteBuffer.wrap(head).getLong();
    return age >= 0
        && age <= LIFETIME_NANOS
        && MessageDigest.isEqual(tag(remote, head, originalId), Arrays.copyOf(token, TAG_BYTES));
  }

  private byte[] tag(InetSocketAddress remote, byte[] head, byte[] originalId) {
    mac.update(remote.getAddress().getAddress());
    mac.update((byte) (remote.getPort() >> 8));
    mac.update((byte) remote.getPort());
    mac.update(head);
    return Arrays.copyOf(mac.doFinal(originalId), TAG_BYTES);
  }
}
