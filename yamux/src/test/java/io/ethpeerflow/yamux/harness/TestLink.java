package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** A link whose other end is the test: what is written is kept, what arrives is put in by hand. */
public class TestLink implements SecureLink {
  private final Loop loop;
  private final ByteBufAllocator allocator;
  protected @Nullable ByteReceiver receiver;
  protected @Nullable Runnable resume;
  protected final ByteBuf written = Unpooled.buffer();
  public boolean writable = true;
  public int maxRecordBytes = 65_519;
  public int flushes;
  public int unflushedFrames;
  public int largestFrame;

  /** The link is full after so many more frames; 0 means never. */
  public int fullAfterFrames;

  public boolean closed;

  public TestLink(Loop loop, ByteBufAllocator allocator) {
    this.loop = loop;
    this.allocator = allocator;
  }

  /** Hands bytes to the receiver as what one turn has read. Consumes. Allocates nothing. */
  public void receive(ByteBuf piece) {
    ByteReceiver to = receiver();
    to.onData(piece);
    to.onReadComplete();
  }

  /** Hands bytes to the receiver as what one turn has read, in these pieces. Consumes. */
  public void receive(ByteBuf... pieces) {
    ByteReceiver to = receiver();
    for (ByteBuf piece : pieces) {
      to.onData(piece);
    }
    to.onReadComplete();
  }

  public void end(@Nullable Throwable cause) {
    receiver().onClosed(cause);
  }

  public void becomeWritable() {
    writable = true;
    if (resume != null) {
      resume.run();
    }
  }

  protected ByteReceiver receiver() {
    if (receiver == null) {
      throw new AssertionError("no receiver");
    }
    return receiver;
  }

  public ByteBuf takeWritten() {
    ByteBuf taken = Unpooled.copiedBuffer(written);
    written.clear();
    return taken;
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    if (head.readableBytes() != 12) {
      throw new AssertionError("header of " + head.readableBytes());
    }
    largestFrame = Math.max(largestFrame, 12 + bodyBytes);
    unflushedFrames++;
    if (fullAfterFrames > 0 && --fullAfterFrames == 0) {
      writable = false;
    }
    written.writeBytes(head, head.readerIndex(), head.readableBytes());
    written.writeBytes(body, bodyBytes);
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  @Override
  public void receiver(ByteReceiver newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public void unread(ByteBuf data) {
    throw new AssertionError("a muxer takes everything");
  }

  @Override
  public void reading(boolean on) {
    throw new AssertionError("reading never stops");
  }

  @Override
  public void write(ByteBuf data) {
    throw new AssertionError("frames only");
  }

  @Override
  public void flush() {
    flushes++;
    unflushedFrames = 0;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void onWritable(Runnable task) {
    resume = task;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void abort() {
    closed = true;
  }

  @Override
  public ProtocolId security() {
    return ProtocolId.of("/noise");
  }

  @Override
  public PublicKey remoteKey() {
    return TestIdentities.key(2).publicKey();
  }

  @Override
  public @Nullable ProtocolId earlyMuxer() {
    return null;
  }

  @Override
  public int maxRecordBytes() {
    return maxRecordBytes;
  }
}
