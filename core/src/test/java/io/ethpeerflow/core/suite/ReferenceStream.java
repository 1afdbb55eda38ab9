package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stream of the {@link ReferenceMuxer}. */
final class ReferenceStream implements RawStream {
  private static final int DEFAULT_MAX_QUEUED_BYTES = 256 << 10;

  /** One half of the stream. */
  private enum Half {
    OPEN,
    ENDING,
    ENDED,
    RESET
  }

  private record Waiter(long atBytes, CompletableFuture<Void> done) {}

  private final ReferenceConnection connection;
  private final int id;
  private final Direction direction;
  private final StreamScope scope;
  private final MuxerDefect defect;
  private final Deque<ByteBuf> outbound = new ArrayDeque<>();
  private final Deque<ByteBuf> inbound = new ArrayDeque<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private final CompletableFuture<StreamEnd> closed = new CompletableFuture<>();
  private @Nullable StreamReader reader;
  private @Nullable Runnable onWritable;
  private Half send = Half.OPEN;
  private Half receive = Half.OPEN;
  private StreamErrorCode resetCode = StreamErrorCode.NO_ERROR;
  private boolean resetByRemote;
  private boolean discarding;
  private boolean readerTold;
  private boolean finished;
  private boolean turnQueued;
  private long demand;
  private long sendCredit = ReferenceMuxer.WINDOW_BYTES;
  private long uncredited;
  private long inboundBytes;
  private long queuedBytes;
  private long offeredBytes;
  private long writtenBytes;
  private int maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES;

  ReferenceStream(ReferenceConnection connection, int id, Direction direction, StreamScope scope) {
    this.connection = connection;
    this.id = id;
    this.direction = direction;
    this.scope = scope;
    this.defect = connection.defect;
  }

  // what the user calls

  @Override
  public void reader(StreamReader newReader) {
    reader = newReader;
    queueTurn();
  }

  @Override
  public void request(long bytes) {
    demand = demand + bytes < 0 ? Long.MAX_VALUE : demand + bytes;
    if (defect == MuxerDefect.CALLS_READER_FROM_REQUEST) {
      deliver();
    } else {
      queueTurn();
    }
  }

  @Override
  public long demand() {
    return demand;
  }

  @Override
  public boolean offer(ByteBuf data) {
    boolean full = queuedBytes >= maxQueuedBytes && defect != MuxerDefect.OFFER_NEVER_REFUSES;
    if (send != Half.OPEN || full || connection.hasEnded()) {
      return false;
    }
    int bytes = data.readableBytes();
    if (bytes == 0) {
      data.release();
      return true;
    }
    if (!charge(bytes)) {
      return false;
    }
    outbound.add(data);
    queuedBytes += bytes;
    offeredBytes += bytes;
    connection.markReady(this);
    return true;
  }

  private boolean charge(long bytes) {
    return defect == MuxerDefect.CHARGES_NO_MEMORY || scope.tryReserveMemory(bytes);
  }

  private void discharge(long bytes) {
    if (defect != MuxerDefect.CHARGES_NO_MEMORY) {
      scope.releaseMemory(bytes);
    }
  }

  @Override
  public long queuedBytes() {
    return queuedBytes;
  }

  @Override
  public void maxQueuedBytes(int bytes) {
    maxQueuedBytes = bytes;
  }

  @Override
  public void onWritable(Runnable resume) {
    onWritable = resume;
    queueTurn();
  }

  @Override
  public CompletableFuture<Void> flush() {
    var done = new CompletableFuture<Void>();
    if (send == Half.RESET) {
      done.completeExceptionally(new StreamResetException(resetCode, resetByRemote));
    } else if (queuedBytes == 0) {
      done.complete(null);
    } else {
      waiters.add(new Waiter(offeredBytes, done));
    }
    return done;
  }

  @Override
  public void closeWrite() {
    if (send == Half.OPEN) {
      send = Half.ENDING;
      connection.markReady(this);
    }
  }

  @Override
  public void stopReading(StreamErrorCode code) {
    if (receive == Half.ENDED || receive == Half.RESET) {
      return;
    }
    if (defect == MuxerDefect.STOP_READING_RESETS_AT_ONCE) {
      reset(code);
      return;
    }
    discarding = true;
    readerTold = true;
    long dropped = dropInbound();
    if (defect == MuxerDefect.STOP_READING_CREDITS_FOR_EVER) {
      credit(dropped);
      endReceive(Half.ENDED, receive == Half.ENDING);
    } else {
      connection.send(ReferenceConnection.STOP, this, (int) code.value());
      endReceive(Half.ENDED, true);
    }
  }

  private void endReceive(Half half, boolean really) {
    if (really) {
      receive = half;
      finishIfEnded();
    }
  }

  @Override
  public void resetWrite(StreamErrorCode code) {
    if (send == Half.OPEN || send == Half.ENDING) {
      connection.send(ReferenceConnection.RESET_WRITE, this, (int) code.value());
      note(code, false);
      endSend(Half.RESET);
      finishIfEnded();
    }
  }

  @Override
  public void reset(StreamErrorCode code) {
    if (finished) {
      return;
    }
    StreamErrorCode carried =
        defect == MuxerDefect.LOSES_RESET_CODE ? StreamErrorCode.NO_ERROR : code;
    if (defect == MuxerDefect.RESET_SENDS_QUEUED_DATA) {
      while (!outbound.isEmpty() && sendCredit > 0) {
        writeHeadOfQueue();
      }
    }
    if (defect != MuxerDefect.LOSES_RESET) {
      connection.send(ReferenceConnection.RESET, this, (int) carried.value());
    }
    resetBoth(code, false);
  }

  @Override
  public boolean writeOpen() {
    return send == Half.OPEN && !connection.hasEnded();
  }

  // what the remote sends

  void onFrameData(ByteBuf data) {
    int bytes = data.readableBytes();
    if (discarding || receive != Half.OPEN || !charge(bytes)) {
      data.release();
      if (discarding && defect == MuxerDefect.STOP_READING_CREDITS_FOR_EVER) {
        credit(bytes);
      }
      return;
    }
    inbound.add(data);
    inboundBytes += bytes;
    if (defect == MuxerDefect.CREDITS_ON_RECEIPT) {
      credit(bytes);
    }
    queueTurn();
  }

  void onFrameFin() {
    if (receive == Half.OPEN) {
      receive = Half.ENDING;
      if (discarding) {
        endReceive(Half.ENDED, true);
      }
      queueTurn();
    }
  }

  void onFrameReset(StreamErrorCode code) {
    if (!finished) {
      resetBoth(code, true);
    }
  }

  void onFrameResetWrite(StreamErrorCode code) {
    if (receive == Half.OPEN || receive == Half.ENDING) {
      note(code, true);
      dropInbound();
      receive = Half.RESET;
      queueTurn();
      finishIfEnded();
    }
  }

  void onFrameStop(StreamErrorCode code) {
    if (send == Half.OPEN || send == Half.ENDING) {
      note(code, true);
      endSend(Half.RESET);
      finishIfEnded();
    }
  }

  void onFrameCredit(int bytes) {
    sendCredit += bytes;
    connection.markReady(this);
  }

  void onConnectionEnd(CloseReason reason) {
    if (finished) {
      return;
    }
    note(reason.by() == CloseReason.By.LOCAL ? StreamErrorCode.NO_ERROR : resetCode, false);
    endSend(Half.RESET);
    dropInbound();
    receive = receive == Half.ENDED ? Half.ENDED : Half.RESET;
    queueTurn();
    finish(new StreamEnd.ConnectionEnded(reason));
  }

  private void resetBoth(StreamErrorCode code, boolean byRemote) {
    note(code, byRemote);
    endSend(send == Half.ENDED ? Half.ENDED : Half.RESET);
    dropInbound();
    receive = receive == Half.ENDED ? Half.ENDED : Half.RESET;
    queueTurn();
    finish(new StreamEnd.Reset(resetCode, resetByRemote));
  }

  private void note(StreamErrorCode code, boolean byRemote) {
    resetCode = code;
    resetByRemote = byRemote;
  }

  // the send half

  /** Sends one frame, or the end; returns whether there is more that may be sent now. */
  boolean writeSome() {
    if (!outbound.isEmpty() && sendCredit > 0) {
      writeHeadOfQueue();
    }
    if (outbound.isEmpty() && send == Half.ENDING) {
      if (defect != MuxerDefect.LOSES_END) {
        connection.send(ReferenceConnection.FIN, this, 0);
      }
      send = Half.ENDED;
      queueTurn();
      finishIfEnded();
    }
    return !outbound.isEmpty() && sendCredit > 0;
  }

  private void writeHeadOfQueue() {
    ByteBuf data = outbound.element();
    int bytes = (int) Math.min(data.readableBytes(), sendCredit);
    int written = connection.writeData(this, data, bytes);
    if (!data.isReadable()) {
      outbound.remove().release();
    }
    sendCredit -= written;
    queuedBytes -= written;
    writtenBytes += written;
    discharge(written);
    queueTurn();
  }

  private void endSend(Half half) {
    if (defect == MuxerDefect.RESET_KEEPS_QUEUED_BUFFERS) {
      outbound.clear();
    }
    outbound.forEach(ByteBuf::release);
    outbound.clear();
    discharge(queuedBytes);
    queuedBytes = 0;
    send = half;
    queueTurn();
  }

  // the end of the turn: everything that calls back

  private void queueTurn() {
    if (!turnQueued) {
      turnQueued = true;
      connection.loop().execute(this::turn);
    }
  }

  private void turn() {
    turnQueued = false;
    completeWaiters();
    resumeWriter();
    deliver();
  }

  private void completeWaiters() {
    List<Waiter> due = waiters.stream().filter(w -> w.atBytes() <= writtenBytes).toList();
    waiters.removeAll(due);
    due.forEach(waiter -> waiter.done().complete(null));
    if (send == Half.RESET && !waiters.isEmpty()) {
      List<Waiter> failed = List.copyOf(waiters);
      waiters.clear();
      Exception why =
          connection.hasEnded()
              ? new ConnectionClosedException("connection has ended")
              : new StreamResetException(resetCode, resetByRemote);
      failed.forEach(waiter -> waiter.done().completeExceptionally(why));
    }
  }

  private void resumeWriter() {
    Runnable resume = onWritable;
    boolean open = send == Half.OPEN && queuedBytes < maxQueuedBytes;
    if (resume != null && (open || send != Half.OPEN)) {
      if (defect == MuxerDefect.ON_WRITABLE_NEVER_RUNS) {
        return;
      }
      onWritable = null;
      resume.run();
      if (defect == MuxerDefect.ON_WRITABLE_RUNS_TWICE) {
        resume.run();
      }
    }
  }

  private void deliver() {
    while (reader != null && !readerTold && mayDeliver()) {
      ByteBuf data = inbound.element();
      int bytes = (int) Math.min(data.readableBytes(), demand);
      if (defect == MuxerDefect.DELIVERS_WITHOUT_DEMAND) {
        bytes = data.readableBytes();
      }
      demand = demand == Long.MAX_VALUE ? demand : Math.max(0, demand - bytes);
      ByteBuf part =
          bytes == data.readableBytes() ? inbound.remove() : data.readRetainedSlice(bytes);
      inboundBytes -= bytes;
      discharge(bytes);
      if (defect != MuxerDefect.CREDITS_ON_RECEIPT) {
        credit(bytes);
      }
      reader.onData(part);
    }
    tellEnd();
  }

  private boolean mayDeliver() {
    return !inbound.isEmpty() && (demand > 0 || defect == MuxerDefect.DELIVERS_WITHOUT_DEMAND);
  }

  private void tellEnd() {
    boolean overtakes = defect == MuxerDefect.END_OVERTAKES_DATA;
    if (receive == Half.ENDING && (inbound.isEmpty() || overtakes)) {
      dropInbound();
      receive = Half.ENDED;
      finishIfEnded();
    }
    StreamReader current = reader;
    if (current == null || readerTold) {
      return;
    }
    if (receive == Half.ENDED) {
      readerTold = true;
      current.onEnd();
    } else if (receive == Half.RESET) {
      readerTold = true;
      current.onReset(resetCode, resetByRemote);
    }
  }

  private void credit(long bytes) {
    if (defect == MuxerDefect.NEVER_CREDITS || receive != Half.OPEN) {
      return;
    }
    uncredited += bytes;
    if (uncredited >= ReferenceMuxer.WINDOW_BYTES / 2) {
      connection.send(ReferenceConnection.CREDIT, this, (int) uncredited);
      uncredited = 0;
    }
  }

  private long dropInbound() {
    long dropped = inboundBytes;
    inbound.forEach(ByteBuf::release);
    inbound.clear();
    discharge(inboundBytes);
    inboundBytes = 0;
    return dropped;
  }

  private void finishIfEnded() {
    boolean sendOver = send == Half.ENDED || send == Half.RESET;
    boolean receiveOver = receive == Half.ENDED || receive == Half.RESET;
    if (sendOver && receiveOver && !finished) {
      boolean reset = send == Half.RESET || receive == Half.RESET;
      finish(reset ? new StreamEnd.Reset(resetCode, resetByRemote) : new StreamEnd.Finished());
    }
  }

  private void finish(StreamEnd how) {
    finished = true;
    connection.forget(this);
    if (defect != MuxerDefect.NEVER_CLOSES_STREAM_SCOPES) {
      scope.close();
    }
    connection.loop().execute(() -> closed.complete(how));
  }

  @Override
  public MuxedConnection connection() {
    return connection;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public StreamScope scope() {
    return scope;
  }

  @Override
  public CompletableFuture<StreamEnd> closed() {
    return closed;
  }
}
