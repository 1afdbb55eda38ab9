package io.ethpeerflow.tls.engine;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.tls.TlsConfig;
import io.ethpeerflow.tls.certificate.CertificateVerifier;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One handshake: feeds the engine with records until it is done, then puts a {@link TlsLink} in its
 * own place and gives back to the link what arrived behind the handshake.
 */
@OwnedBy("connection loop")
final class TlsHandshake implements ByteReceiver {
  private final ByteLink link;
  private final SecurityRequest request;
  private final TlsContext context;
  private final CertificateVerifier verifier;
  private final TlsConfig config;
  private final Executor tasks;
  private final SSLEngine engine;
  private final RecordCutter cutter;
  private final RecordWriter writer;
  private final CompletableFuture<SecureLink> result;
  private @Nullable ByteBuf records;
  private long receivedBytes;
  private boolean done;
  private boolean tasksRunning;

  /**
   * Netty's engine goes on after a task, throws after it has let its alert be fetched, and says
   * that the record before ended the handshake, only when it is called, with or without input. So
   * it is called without, before it is given a record that may be application data.
   */
  private boolean nudge;

  /** Written by the engine's check of the chain, which may run in {@link #tasks}. */
  private volatile @Nullable PublicKey remoteKey;

  TlsHandshake(
      ByteLink link,
      SecurityRequest request,
      TlsContext context,
      CertificateVerifier verifier,
      TlsConfig config,
      Executor tasks,
      SSLEngine engine,
      CompletableFuture<SecureLink> result) {
    this.link = link;
    this.request = request;
    this.context = context;
    this.verifier = verifier;
    this.config = config;
    this.tasks = tasks;
    this.engine = engine;
    this.result = result;
    cutter = new RecordCutter(context, link.allocator(), false);
    writer = new RecordWriter(link, engine, context);
  }

  /** Begins. */
  void start() {
    result.whenComplete(
        (secured, failure) -> {
          if (result.isCancelled()) {
            link.loop().execute(this::stop);
          }
        });
    try {
      engine.beginHandshake();
    } catch (SSLException e) {
      fail(e);
      return;
    }
    advance();
    if (!done) {
      link.receiver(this);
    }
  }

  @Override
  public void onData(ByteBuf data) {
    if (done) {
      data.release();
      return;
    }
    receivedBytes += data.readableBytes();
    cutter.add(data);
    advance();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    if (done) {
      return;
    }
    stop();
    result.completeExceptionally(
        new HandshakeException(
            "the link ended after " + receivedBytes + " bytes of TLS handshake", cause));
  }

  /** Does all that the engine asks for and the input allows. */
  private void advance() {
    if (result.isDone() || tasksRunning) {
      return;
    }
    try {
      TlsContext.checking(this::checkChain, this::drive);
    } catch (SSLException e) {
      fail(e);
    }
  }

  private void drive() throws SSLException {
    while (!done) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          if (!runTasks()) {
            writer.flush();
            return;
          }
        }
        case NEED_WRAP -> {
          SSLEngineResult wrapped = writer.control();
          if (wrapped.getStatus() != SSLEngineResult.Status.OK
              || wrapped.bytesProduced() == 0
                  && wrapped.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            throw new SSLException("the engine does not write: " + wrapped.getStatus());
          }
          nudge = true;
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!unwrap()) {
            writer.flush();
            return;
          }
        }
        case NOT_HANDSHAKING, FINISHED -> finish();
      }
    }
  }

  /** Gives the engine a record; false when more input is needed. */
  private boolean unwrap() throws SSLException {
    if (nudge) {
      nudge = false;
      unwrap(Unpooled.EMPTY_BUFFER);
      return true;
    }
    ByteBuf input = records;
    if (input == null || !input.isReadable()) {
      releaseRecords();
      input = cutter.next();
      if (input == null) {
        if (receivedBytes > config.maxHandshakeBytes()) {
          throw tooMuch();
        }
        return false;
      }
      records = input;
    }
    SSLEngineResult unwrapped = unwrap(input);
    if (unwrapped.getStatus() != SSLEngineResult.Status.OK) {
      throw new SSLException("the remote sent close_notify, or the engine stopped");
    }
    if (unwrapped.bytesProduced() > 0) {
      throw new SSLException("application data arrived before the handshake was done");
    }
    if (unwrapped.bytesConsumed() == 0
        && unwrapped.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
      throw new SSLException("the engine does not take a whole record");
    }
    nudge = true;
    return true;
  }

  private SSLEngineResult unwrap(ByteBuf input) throws SSLException {
    ByteBuf plain = context.buffer(link.allocator(), input.readableBytes());
    try {
      ByteBuffer source = input.internalNioBuffer(input.readerIndex(), input.readableBytes());
      ByteBuffer target = plain.internalNioBuffer(0, plain.capacity());
      SSLEngineResult unwrapped = engine.unwrap(source, target);
      input.skipBytes(unwrapped.bytesConsumed());
      return unwrapped;
    } finally {
      plain.release();
    }
  }

  private SSLException tooMuch() {
    return new SSLException(
        "TLS handshake of "
            + receivedBytes
            + " bytes and more, allowed are "
            + config.maxHandshakeBytes());
  }

  /** Runs the engine's tasks; false when they run elsewhere and the handshake goes on after. */
  private boolean runTasks() throws SSLException {
    var pending = new ArrayList<Runnable>();
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      pending.add(task);
      task = engine.getDelegatedTask();
    }
    tasksRunning = true;
    nudge = true;
    try {
      tasks.execute(
          () -> {
            try {
              TlsContext.checking(this::checkChain, () -> pending.forEach(Runnable::run));
            } finally {
              tasksRun();
            }
          });
    } catch (RejectedExecutionException e) {
      tasksRunning = false;
      throw new SSLException("the executor of handshake tasks refused one", e);
    }
    if (tasksRunning) {
      // a client may send data behind its last flight; it must not pile up here
      link.reading(false);
    }
    return !tasksRunning;
  }

  private void tasksRun() {
    if (link.loop().inLoop()) {
      tasksRunning = false;
    } else {
      link.loop().execute(this::resume);
    }
  }

  private void resume() {
    tasksRunning = false;
    if (done) {
      writer.discard();
    } else {
      link.reading(true);
      advance();
    }
  }

  private void checkChain(X509Certificate[] chain) throws CertificateException {
    remoteKey = verifier.verify(chain, request.expectedPeer());
  }

  private void finish() throws SSLException {
    PublicKey key = remoteKey;
    // [spec tls/mutual] a remote without a certificate is refused
    if (key == null) {
      throw new SSLException("the remote presented no certificate");
    }
    done = true;
    writer.handshakeDone();
    var secured = new TlsLink(link, engine, context, writer, key, earlyMuxer(), config);
    ByteBuf rest = records;
    records = null;
    if (rest != null) {
      giveBack(rest);
    }
    cutter.rest().forEach(this::giveBack);
    // a client's last flight waits for what its user writes at once, and goes with it
    link.loop().execute(writer::flush);
    if (!result.complete(secured)) {
      secured.release();
      return;
    }
    link.receiver(secured);
  }

  private void giveBack(ByteBuf data) {
    if (data.isReadable()) {
      link.unread(data);
    } else {
      data.release();
    }
  }

  private @Nullable ProtocolId earlyMuxer() {
    String chosen = engine.getApplicationProtocol();
    for (ProtocolId muxer : request.muxers()) {
      // [spec inlined-muxer/tls-fallback] libp2p is no muxer: none is known early
      if (muxer.name().equals(chosen)) {
        return muxer;
      }
    }
    return null;
  }

  private void fail(SSLException failure) {
    String refusal = Alerts.refusal(failure);
    String alert = Alerts.received(failure);
    if (refusal != null) {
      refuse("the remote's certificate was refused: " + refusal, failure);
    } else if (alert != null) {
      refuse("the remote refused the TLS handshake with alert " + alert, failure);
    } else {
      refuse("TLS handshake failed: " + failure.getMessage(), failure);
    }
  }

  /** Tells the remote by an alert where the engine has one, and fails the result. */
  private void refuse(String message, Exception cause) {
    engine.closeOutbound();
    writer.controlAll();
    writer.flush();
    stop();
    result.completeExceptionally(new HandshakeException(message, cause));
  }

  private void stop() {
    if (done) {
      return;
    }
    done = true;
    releaseRecords();
    cutter.release();
    if (!tasksRunning) {
      writer.discard();
    }
  }

  private void releaseRecords() {
    ByteBuf input = records;
    if (input != null) {
      records = null;
      input.release();
    }
  }
}
