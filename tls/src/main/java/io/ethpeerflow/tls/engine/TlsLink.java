package io.ethpeerflow.tls.engine;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Inbox;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.tls.TlsConfig;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The secure link after the handshake.
 *
 * <p>A remote that ends in order says close_notify first. Without it the end may have been cut off
 * by someone else, so the receiver gets a {@link ConnectionClosedException}.
 */
@OwnedBy("connection loop")
final class TlsLink implements SecureLink, ByteReceiver {
  /** As in BoringSSL: bounds what a remote that does not read can make us queue. */
  private static final int MAX_ANSWERS_WITHOUT_DATA = 32;

  private final ByteLink link;
  private final SSLEngine engine;
  private final TlsContext context;
  private final RecordCutter cutter;
  private final RecordWriter writer;
  private final PublicKey remoteKey;
  private final @Nullable ProtocolId earlyMuxer;
  private final int maxRecordBytes;
  private final Inbox inbox;
  private int answersSinceData;
  private boolean dataReceived;
  private boolean ended;

  TlsLink(
      ByteLink link,
      SSLEngine engine,
      TlsContext context,
      RecordWriter writer,
      PublicKey remoteKey,
      @Nullable ProtocolId earlyMuxer,
      TlsConfig config) {
    this.link = link;
    this.engine = engine;
    this.context = context;
    this.cutter = new RecordCutter(context, link.allocator(), true);
    this.writer = writer;
    this.remoteKey = remoteKey;
    this.earlyMuxer = earlyMuxer;
    this.maxRecordBytes = config.recordsPerFrame() * context.fragmentBytes();
    this.inbox = new Inbox(link::reading, true);
  }

  @Override
  public ProtocolId security() {
    return TlsSecurity.ID;
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
  public void receiver(ByteReceiver receiver) {
    inbox.receiver(receiver);
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
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    if (ended) {
      body.skipBytes(bodyBytes);
      return;
    }
    try {
      writer.frame(head, body, bodyBytes);
    } catch (SSLException e) {
      fail(new ConnectionClosedException("TLS cannot seal: " + e.getMessage(), e));
    }
  }

  @Override
  public void write(ByteBuf data) {
    try {
      if (!ended && data.isReadable()) {
        writer.bytes(data);
      }
    } catch (SSLException e) {
      fail(new ConnectionClosedException("TLS cannot seal: " + e.getMessage(), e));
    } finally {
      data.release();
    }
  }

  @Override
  public void flush() {
    writer.flushLink();
  }

  @Override
  public boolean isWritable() {
    return !ended && link.isWritable();
  }

  @Override
  public void onWritable(Runnable resume) {
    link.onWritable(resume);
  }

  @Override
  public void close() {
    inbox.discard();
    if (ended) {
      return;
    }
    sayGoodbye();
    end();
    link.close();
  }

  @Override
  public void abort() {
    inbox.discard();
    end();
    link.abort();
  }

  @Override
  public void onData(ByteBuf data) {
    if (ended) {
      data.release();
      return;
    }
    cutter.add(data);
    try {
      ByteBuf records = cutter.next();
      while (records != null) {
        try {
          open(records);
        } finally {
          records.release();
        }
        records = ended ? null : cutter.next();
      }
    } catch (SSLException e) {
      fail(whyItFailed(e));
    }
  }

  @Override
  public void onReadComplete() {
    inbox.readComplete();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    // [spec tls/close-notify]
    if (ended || cause != null) {
      inbox.end(cause);
    } else {
      inbox.end(
          new ConnectionClosedException(
              "the remote ended the link without close_notify"
                  + (cutter.midRecord() ? ", inside a record" : "")));
    }
    end();
  }

  /** Opens whole records and passes their content up in one buffer. */
  private void open(ByteBuf records) throws SSLException {
    ByteBuf plain = context.buffer(link.allocator(), records.readableBytes());
    boolean closed = false;
    try {
      ByteBuffer source = records.internalNioBuffer(records.readerIndex(), records.readableBytes());
      ByteBuffer target = plain.internalNioBuffer(0, plain.capacity());
      while (source.hasRemaining() && !closed) {
        SSLEngineResult result = engine.unwrap(source, target);
        plain.writerIndex(plain.writerIndex() + result.bytesProduced());
        closed = result.getStatus() == Status.CLOSED;
        if (!closed) {
          attend(result);
        }
      }
    } finally {
      deliver(plain);
    }
    if (closed) {
      remoteClosed();
    }
  }

  /** Post-handshake messages: a remote may send tickets, which are ignored, and update its keys. */
  private void attend(SSLEngineResult result) throws SSLException {
    if (result.getStatus() != Status.OK) {
      throw new SSLException("the engine does not open a whole record: " + result.getStatus());
    }
    HandshakeStatus status = result.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_TASK) {
      Runnable task = engine.getDelegatedTask();
      while (task != null) {
        task.run();
        task = engine.getDelegatedTask();
      }
      status = engine.getHandshakeStatus();
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      if (++answersSinceData > MAX_ANSWERS_WITHOUT_DATA) {
        throw new SSLException(
            "key update "
                + answersSinceData
                + " without data between, allowed are "
                + MAX_ANSWERS_WITHOUT_DATA);
      }
      writer.control();
      loop().execute(this::flush);
      // what Netty's engine has against a record it throws only after its alert was fetched
      engine.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(0));
    } else if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
      throw new SSLException("the engine does not open a whole record: " + status);
    }
  }

  private void deliver(ByteBuf plain) {
    if (plain.isReadable()) {
      dataReceived = true;
      answersSinceData = 0;
      inbox.data(plain);
    } else {
      plain.release();
    }
  }

  private void remoteClosed() {
    if (ended) {
      return;
    }
    sayGoodbye();
    end();
    link.close();
    inbox.end(null);
  }

  private void sayGoodbye() {
    engine.closeOutbound();
    writer.controlAll();
    flush();
  }

  private void fail(Exception cause) {
    if (ended) {
      return;
    }
    sayGoodbye();
    end();
    link.close();
    inbox.end(cause);
  }

  /**
   * A client learns only now that the server has refused its certificate: its handshake was done
   * before the server's (RFC 8446 section 4.4.2.4, and the note of the tls specification).
   */
  private Exception whyItFailed(SSLException failure) {
    String alert = Alerts.received(failure);
    if (alert == null) {
      return new ConnectionClosedException("TLS record refused: " + failure.getMessage(), failure);
    }
    if (engine.getUseClientMode() && !dataReceived) {
      // [spec tls/late-rejection]
      return new HandshakeException(
          "the remote refused the TLS handshake with alert " + alert, failure);
    }
    return new ConnectionClosedException("the remote sent TLS alert " + alert, failure);
  }

  private void end() {
    if (!ended) {
      ended = true;
      release();
    }
  }

  /** Frees what a link holds that nobody got. */
  void release() {
    ended = true;
    cutter.release();
    writer.discard();
  }
}
