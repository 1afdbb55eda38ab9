package io.ethpeerflow.noise;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.noise.handshake.HandshakeKeys;
import io.ethpeerflow.noise.handshake.NoiseHandshake;
import io.ethpeerflow.noise.record.NoiseLink;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs one handshake on a link: frames its messages, and turns its end into a result. */
@OwnedBy("connection loop")
final class HandshakeDriver implements ByteReceiver {
  private static final int LENGTH_BYTES = 2;

  private final ByteLink link;
  private final SecurityRequest request;
  private final NoiseConfig config;
  private final HandshakeKeys keys;
  private final NoiseHandshake handshake;
  private final CompletableFuture<SecureLink> result;
  private final ByteBuf arrived;
  private int length = -1;
  private boolean done;

  private HandshakeDriver(
      ByteLink link,
      SecurityRequest request,
      byte[] prologue,
      NoiseConfig config,
      HandshakeKeys keys,
      CompletableFuture<SecureLink> result)
      throws ProtocolViolation {
    this.link = link;
    this.request = request;
    this.config = config;
    this.keys = keys;
    this.result = result;
    handshake =
        new NoiseHandshake(
            request, prologue, keys, config.maxHandshakePayloadBytes(), config.maxMuxers());
    arrived = link.allocator().heapBuffer(256);
  }

  static CompletableFuture<SecureLink> run(
      ByteLink link,
      SecurityRequest request,
      byte[] prologue,
      NoiseConfig config,
      HandshakeKeys keys) {
    var result = new CompletableFuture<SecureLink>();
    try {
      var driver = new HandshakeDriver(link, request, prologue, config, keys, result);
      result.whenComplete(
          (secured, failure) -> {
            if (result.isCancelled()) {
              link.loop().execute(driver::stop);
            }
          });
      driver.carryOut(null);
      link.receiver(driver);
    } catch (ProtocolViolation | RuntimeException e) {
      result.completeExceptionally(failure(e));
    }
    return result;
  }

  @Override
  public void onData(ByteBuf data) {
    try {
      if (result.isCancelled()) {
        stop();
      }
      while (!done && readMessage(data)) {
        byte[] message = new byte[length];
        arrived.readBytes(message).clear();
        length = -1;
        handshake.onMessage(message);
        carryOut(data);
      }
    } catch (ProtocolViolation | RuntimeException e) {
      fail(failure(e));
    } finally {
      data.release();
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    fail(
        new HandshakeException(
            "noise: the remote ended the connection during the handshake"
                + (cause == null ? "" : ": " + cause.getMessage()),
            cause));
  }

  /** Gathers bytes until a message is complete; never reserves what is merely claimed. */
  private boolean readMessage(ByteBuf data) throws ProtocolViolation {
    if (length < 0) {
      arrived.writeBytes(
          data, Math.min(data.readableBytes(), LENGTH_BYTES - arrived.readableBytes()));
      if (arrived.readableBytes() < LENGTH_BYTES) {
        return false;
      }
      // [spec noise/wire-format]
      length = arrived.readUnsignedShort();
      arrived.clear();
      if (length > handshake.maxMessageBytes()) {
        throw ProtocolViolation.onConnection(
            ConnectionErrorCode.PROTOCOL_VIOLATION.value(),
            "handshake message of "
                + length
                + " bytes announced, at most "
                + handshake.maxMessageBytes()
                + " allowed");
      }
    }
    arrived.writeBytes(data, Math.min(data.readableBytes(), length - arrived.readableBytes()));
    return arrived.readableBytes() == length;
  }

  private void carryOut(@Nullable ByteBuf rest) {
    boolean wrote = false;
    NoiseHandshake.Established established = null;
    for (NoiseHandshake.Output output = handshake.poll();
        output != null;
        output = handshake.poll()) {
      switch (output) {
        case NoiseHandshake.Send send -> {
          ByteBuf out = link.allocator().buffer(LENGTH_BYTES + send.message().length);
          link.write(out.writeShort(send.message().length).writeBytes(send.message()));
          wrote = true;
        }
        case NoiseHandshake.Established complete -> established = complete;
      }
    }
    if (wrote) {
      link.flush();
    }
    if (established != null) {
      hand(established, rest);
    }
  }

  private void hand(NoiseHandshake.Established established, @Nullable ByteBuf rest) {
    finish();
    if (rest != null && rest.isReadable()) {
      link.unread(rest.readRetainedSlice(rest.readableBytes()));
    }
    NoiseLink secured =
        NoiseLink.start(
            link,
            NoiseSecurity.ID,
            request.role(),
            established.keys(),
            established.remoteKey(),
            established.muxer(),
            keys.aead(),
            config.maxRecordBytes());
    if (!result.complete(secured)) {
      secured.abort();
    }
    // at the end of the turn, after what the new connection has to say at once
    link.loop().execute(() -> keys.refill(request.random()));
  }

  private static HandshakeException failure(Throwable cause) {
    return new HandshakeException("noise: " + cause.getMessage(), cause);
  }

  private void fail(HandshakeException failure) {
    if (!done) {
      finish();
      result.completeExceptionally(failure);
    }
  }

  private void stop() {
    if (!done) {
      finish();
    }
  }

  private void finish() {
    done = true;
    arrived.release();
    handshake.erase();
  }
}
