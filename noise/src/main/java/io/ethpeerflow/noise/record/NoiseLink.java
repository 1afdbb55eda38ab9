package io.ethpeerflow.noise.record;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Inbox;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.noise.handshake.TransportKeys;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A link on which everything travels in Noise records: what {@code NoiseSecurity} gives after the
 * handshake.
 *
 * <p>A record that does not authenticate or cannot be one ends the link at once; the receiver then
 * sees a {@link ProtocolViolation}. When the remote ends the link inside a record, it sees a {@link
 * ConnectionClosedException}. An initiator is done one message before the responder, so when the
 * link ends before its first record, it sees a {@link HandshakeException}: the responder has most
 * likely refused it.
 *
 * <p>Keys and native memory are freed when the link has ended or is aborted.
 */
@OwnedBy("connection loop")
public final class NoiseLink implements SecureLink, ByteReceiver, PlaintextSink {
  private final ByteLink link;
  private final ProtocolId security;
  private final Role role;
  private final PublicKey remoteKey;
  private final @Nullable ProtocolId earlyMuxer;
  private final int maxRecordBytes;
  private final RecordWriter writer;
  private final RecordReader reader;

  private final Inbox inbox;
  private boolean closing;
  private boolean ended;

  /**
   * Takes over a link whose handshake is complete, and becomes its receiver.
   *
   * @param link belongs to the new link from now on
   * @param role of this side in the handshake
   * @param keys erased here
   * @param maxRecordBytes plaintext per record, 1 to 65,519
   */
  public static NoiseLink start(
      ByteLink link,
      ProtocolId security,
      Role role,
      TransportKeys keys,
      PublicKey remoteKey,
      @Nullable ProtocolId earlyMuxer,
      AeadProvider aead,
      int maxRecordBytes) {
    var secured =
        new NoiseLink(link, security, role, keys, remoteKey, earlyMuxer, aead, maxRecordBytes, 0);
    keys.erase();
    link.receiver(secured);
    return secured;
  }

  NoiseLink(
      ByteLink link,
      ProtocolId security,
      Role role,
      TransportKeys keys,
      PublicKey remoteKey,
      @Nullable ProtocolId earlyMuxer,
      AeadProvider aead,
      int maxRecordBytes,
      long firstNonce) {
    this.link = link;
    this.security = security;
    this.role = role;
    this.remoteKey = remoteKey;
    this.earlyMuxer = earlyMuxer;
    this.maxRecordBytes = maxRecordBytes;
    inbox = new Inbox(link::reading, true);
    writer = new RecordWriter(link, aead.sealer(keys.send()), maxRecordBytes, firstNonce);
    reader = new RecordReader(link.allocator(), aead.opener(keys.receive()), this, firstNonce);
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
    return maxRecordBytes;
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
  public boolean isWritable() {
    return link.isWritable();
  }

  @Override
  public void onWritable(Runnable resume) {
    link.onWritable(resume);
  }

  @Override
  public void write(ByteBuf data) {
    assert link.loop().inLoop();
    try {
      if (!closing && !ended) {
        writer.append(data, data.readerIndex(), data.readableBytes());
      }
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      data.release();
    }
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    assert link.loop().inLoop();
    int bodyIndex = body.readerIndex();
    body.skipBytes(bodyBytes);
    if (closing || ended) {
      return;
    }
    try {
      writer.append(head, head.readerIndex(), head.readableBytes(), body, bodyIndex, bodyBytes);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void flush() {
    if (closing || ended) {
      return;
    }
    try {
      writer.flush();
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    link.flush();
  }

  @Override
  public void close() {
    inbox.discard();
    if (closing || ended) {
      closing = true;
      return;
    }
    flush();
    if (!ended) {
      closing = true;
      writer.close();
      link.close();
    }
  }

  @Override
  public void abort() {
    inbox.discard();
    closing = true;
    writer.close();
    reader.close();
    link.abort();
  }

  @Override
  public void receiver(ByteReceiver next) {
    inbox.receiver(next);
  }

  @Override
  public void unread(ByteBuf data) {
    inbox.unread(data);
  }

  @Override
  public void reading(boolean on) {
    inbox.reading(on);
  }

  @Override
  public void onData(ByteBuf data) {
    assert link.loop().inLoop();
    if (ended) {
      data.release();
      return;
    }
    try {
      reader.onChunk(data);
    } catch (ProtocolViolation | RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void onPlaintext(ByteBuf plaintext) {
    inbox.data(plaintext);
  }

  @Override
  public void onReadComplete() {
    if (!ended) {
      inbox.readComplete();
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    if (ended) {
      return;
    }
    Throwable reason = cause;
    if (!closing) {
      String truncation = reader.truncation();
      if (role == Role.INITIATOR && !reader.recordSeen()) {
        reason =
            new HandshakeException(
                "the remote ended the connection before its first record:"
                    + " it may have refused this side's identity",
                cause);
      } else if (truncation != null && cause == null) {
        reason = new ConnectionClosedException("the remote ended the connection " + truncation);
      }
    }
    end(reason);
  }

  private void fail(Throwable cause) {
    if (!ended) {
      link.abort();
      end(cause);
    }
  }

  private void end(@Nullable Throwable cause) {
    if (!ended) {
      ended = true;
      writer.close();
      reader.close();
      inbox.end(cause);
    }
  }
}
