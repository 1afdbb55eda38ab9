package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@link InsecureTestSecurity}: two bytes of length, AES-GCM ciphertext and tag,
 * with a counter as nonce and a key that anybody can compute.
 */
final class InsecureRecordLink implements SecureLink, ByteReceiver {
  private static final int TAG_BYTES = 16;
  private static final int MAX_PLAIN_BYTES = 16 << 10;

  private final ByteLink link;
  private final PublicKey remoteKey;
  private final @Nullable ProtocolId earlyMuxer;
  private final SecurityDefect defect;
  private final SecretKeySpec sealKey;
  private final SecretKeySpec openKey;
  private final Deque<ByteBuf> unread = new ArrayDeque<>();
  private @Nullable ByteBuf input;
  private @Nullable ByteReceiver receiver;
  private @Nullable Throwable failure;
  private boolean ended;
  private boolean endTold;
  private boolean closedHere;
  private boolean delivering;
  private long sealed;
  private long opened;

  InsecureRecordLink(
      ByteLink link,
      Role role,
      byte[] ownNonce,
      byte[] remoteNonce,
      PublicKey remoteKey,
      @Nullable ProtocolId earlyMuxer,
      SecurityDefect defect) {
    this.link = link;
    this.remoteKey = remoteKey;
    this.earlyMuxer = earlyMuxer;
    this.defect = defect;
    this.sealKey = secretKey(InsecureTestSecurity.key(ownNonce, remoteNonce), role);
    Role other = role == Role.INITIATOR ? Role.RESPONDER : Role.INITIATOR;
    this.openKey = secretKey(InsecureTestSecurity.key(remoteNonce, ownNonce), other);
  }

  private static SecretKeySpec secretKey(byte[] nonces, Role writer) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) (writer == Role.INITIATOR ? 1 : 2));
      return new SecretKeySpec(Arrays.copyOf(digest.digest(nonces), 16), "AES");
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static byte[] crypt(int mode, SecretKeySpec key, long counter, byte[] data)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = ByteBuffer.allocate(12).putLong(4, counter).array();
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    return cipher.doFinal(data);
  }

  @Override
  public void write(ByteBuf data) {
    while (data.isReadable()) {
      byte[] plain = new byte[Math.min(data.readableBytes(), MAX_PLAIN_BYTES)];
      data.readBytes(plain);
      writeRecord(plain);
    }
    if (defect != SecurityDefect.KEEPS_WRITTEN_BUFFERS) {
      data.release();
    }
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    int bytes = defect == SecurityDefect.IGNORES_BODY_BYTES ? body.readableBytes() : bodyBytes;
    ByteBuf frame = allocator().buffer(head.readableBytes() + bytes);
    if (defect == SecurityDefect.MOVES_THE_HEAD) {
      frame.writeBytes(head);
    } else {
      frame.writeBytes(head, head.readerIndex(), head.readableBytes());
    }
    frame.writeBytes(body, bytes);
    while (frame.isReadable()) {
      byte[] plain = new byte[Math.min(frame.readableBytes(), MAX_PLAIN_BYTES)];
      frame.readBytes(plain);
      writeRecord(plain);
    }
    frame.release();
  }

  private void writeRecord(byte[] plain) {
    byte[] sealedBytes;
    try {
      sealedBytes = crypt(Cipher.ENCRYPT_MODE, sealKey, sealed++, plain);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
    if (defect == SecurityDefect.SENDS_PLAINTEXT) {
      sealedBytes = Arrays.copyOf(plain, plain.length + TAG_BYTES);
    }
    ByteBuf record = allocator().buffer(2 + sealedBytes.length);
    link.write(record.writeShort(sealedBytes.length).writeBytes(sealedBytes));
  }

  /** Takes the link over, and lets it read once there is a receiver. */
  void attach() {
    link.reading(false);
    link.receiver(this);
  }

  @Override
  public void receiver(ByteReceiver newReceiver) {
    if (receiver == null && !ended) {
      link.reading(true);
    }
    receiver = newReceiver;
    loop().execute(this::deliver);
  }

  @Override
  public void unread(ByteBuf data) {
    if (data.isReadable() && !ended) {
      unread.add(data);
    } else {
      data.release();
    }
  }

  @Override
  public void onData(ByteBuf data) {
    if (ended || failure != null) {
      data.release();
      return;
    }
    ByteBuf in = input;
    if (in == null) {
      in = allocator().buffer();
      input = in;
    }
    in.writeBytes(data);
    data.release();
    deliver();
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (deliverOne()) {}
    } finally {
      delivering = false;
    }
    ByteBuf in = input;
    if (in != null) {
      in.discardSomeReadBytes();
    }
    if (ended) {
      tellEnd();
    }
  }

  private boolean deliverOne() {
    ByteReceiver current = receiver;
    if (current == null || failure != null) {
      return false;
    }
    if (!unread.isEmpty()) {
      current.onData(unread.remove());
      return true;
    }
    ByteBuf in = input;
    if (in == null || in.readableBytes() < 2) {
      return false;
    }
    int length = in.getUnsignedShort(in.readerIndex());
    if (length <= TAG_BYTES || length > MAX_PLAIN_BYTES + TAG_BYTES) {
      return fail(new P2pException("record of " + length + " bytes"));
    }
    if (in.readableBytes() < 2 + length) {
      return false;
    }
    byte[] record = new byte[length];
    in.skipBytes(2).readBytes(record);
    byte[] plain;
    try {
      plain = open(record);
    } catch (GeneralSecurityException changed) {
      return fail(new P2pException("record " + opened + " was changed", changed));
    }
    current.onData(allocator().buffer(plain.length).writeBytes(plain));
    return true;
  }

  private byte[] open(byte[] record) throws GeneralSecurityException {
    if (defect == SecurityDefect.SENDS_PLAINTEXT) {
      return Arrays.copyOf(record, record.length - TAG_BYTES);
    }
    try {
      return crypt(Cipher.DECRYPT_MODE, openKey, opened++, record);
    } catch (AEADBadTagException changed) {
      if (defect == SecurityDefect.DELIVERS_CHANGED_RECORDS) {
        return Arrays.copyOf(record, record.length - TAG_BYTES);
      }
      throw changed;
    }
  }

  private boolean fail(Throwable why) {
    failure = why;
    link.abort();
    return false;
  }

  @Override
  public void onReadComplete() {
    ByteReceiver current = receiver;
    if (current != null && failure == null && defect != SecurityDefect.LOSES_READ_COMPLETE) {
      current.onReadComplete();
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    ended = true;
    if (failure == null) {
      failure = cause;
    }
    deliver();
  }

  private void tellEnd() {
    ByteReceiver current = receiver;
    if (current == null || endTold) {
      return;
    }
    endTold = true;
    ByteBuf in = input;
    input = null;
    if (in != null) {
      boolean truncated = in.isReadable() && !closedHere;
      if (truncated && failure == null && defect != SecurityDefect.IGNORES_TRUNCATION) {
        failure = new P2pException("the link ended within a record");
      }
      in.release();
    }
    current.onClosed(defect == SecurityDefect.LOSES_THE_CAUSE ? null : failure);
  }

  @Override
  public boolean isWritable() {
    return defect == SecurityDefect.ALWAYS_WRITABLE || link.isWritable();
  }

  @Override
  public ProtocolId security() {
    return InsecureTestSecurity.ID;
  }

  @Override
  public PublicKey remoteKey() {
    return remoteKey;
  }

  @Override
  public @Nullable ProtocolId earlyMuxer() {
    return earlyMuxer;
  }

  @Override
  public int maxRecordBytes() {
    return MAX_PLAIN_BYTES;
  }

  @Override
  public Loop loop() {
    return link.loop();
  }

  @Override
  public ByteBufAllocator allocator() {
    return link.allocator();
  }

  @Override
  public void reading(boolean on) {
    link.reading(on);
  }

  @Override
  public void flush() {
    link.flush();
  }

  @Override
  public void onWritable(Runnable resume) {
    link.onWritable(resume);
  }

  @Override
  public void close() {
    closedHere = true;
    link.close();
  }

  @Override
  public void abort() {
    closedHere = true;
    link.abort();
  }
}
