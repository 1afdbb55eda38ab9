package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** A {@link SecureLink} that protects nothing: the bytes of the link underneath, as they are. */
public final class PlainSecureLink implements SecureLink {
  /** What a Noise record holds. */
  public static final int MAX_RECORD_BYTES = 65_519;

  private final ByteLink link;
  private final ProtocolId security;
  private final PublicKey remoteKey;
  private final @Nullable ProtocolId earlyMuxer;

  /** On top of a link that belongs to it from now on. */
  public PlainSecureLink(
      ByteLink link, ProtocolId security, PublicKey remoteKey, @Nullable ProtocolId earlyMuxer) {
    this.link = link;
    this.security = security;
    this.remoteKey = remoteKey;
    this.earlyMuxer = earlyMuxer;
  }

  @Override
  public ProtocolId security() {
    return security;
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
    return MAX_RECORD_BYTES;
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    ByteBuf frame = link.allocator().buffer(head.readableBytes() + bodyBytes);
    frame.writeBytes(head, head.readerIndex(), head.readableBytes());
    frame.writeBytes(body, bodyBytes);
    link.write(frame);
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
  public void receiver(ByteReceiver receiver) {
    link.receiver(receiver);
  }

  @Override
  public void unread(ByteBuf data) {
    link.unread(data);
  }

  @Override
  public void reading(boolean on) {
    link.reading(on);
  }

  @Override
  public void write(ByteBuf data) {
    link.write(data);
  }

  @Override
  public void flush() {
    link.flush();
  }

  @Override
  public boolean isWritable() {
    return link.isWritable();
  }

  @Override
  public void onWritable(Runnable resume) {
    link.onWritable(resume);
  }

  @Override
  public void close() {
    link.close();
  }

  @Override
  public void abort() {
    link.abort();
  }
}
