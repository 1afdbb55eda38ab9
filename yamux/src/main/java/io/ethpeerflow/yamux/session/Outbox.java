package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.yamux.YamuxConfig;
import io.ethpeerflow.yamux.frame.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/**
 * What waits to be written, and in which order: pings and resets, then window updates, SYN and ACK,
 * then data, one frame per stream and round. Nothing of it is a frame yet: streams wait in rings,
 * once each, and a frame comes into being when the link takes it. So control frames need no bound
 * but the number of streams, grants that fall due while the link is full become one, and no grant
 * ever waits behind data.
 */
@OwnedBy("connection loop")
final class Outbox {
  private final SessionOutput out;
  private final ByteBuf head;
  private final int maxPayloadBytes;
  private final boolean synOnData;
  private final Heartbeat heartbeat;
  private final ArrayDeque<SessionStream> control = new ArrayDeque<>(4);
  private final ArrayDeque<SessionStream> data = new ArrayDeque<>(4);
  private final WordQueue resets;
  private final WordQueue pongs;
  private boolean dirty;

  Outbox(SessionOutput out, int maxPayloadBytes, YamuxConfig config, Heartbeat heartbeat) {
    this.out = out;
    this.head = Unpooled.buffer(FrameHeader.BYTES, FrameHeader.BYTES);
    this.head.writerIndex(FrameHeader.BYTES);
    this.maxPayloadBytes = maxPayloadBytes;
    this.synOnData = config.synOnData();
    this.heartbeat = heartbeat;
    this.resets = new WordQueue(config.maxPendingResets());
    this.pongs = new WordQueue(config.maxQueuedPings());
  }

  /** Something was written since the last flush. */
  boolean isDirty() {
    return dirty;
  }

  void flush() {
    dirty = false;
    out.flush();
  }

  void addControl(SessionStream stream) {
    if ((stream.rings & SessionStream.CONTROL) == 0) {
      stream.rings |= SessionStream.CONTROL;
      control.add(stream);
    }
  }

  void addData(SessionStream stream) {
    if ((stream.rings & SessionStream.DATA) == 0) {
      stream.rings |= SessionStream.DATA;
      data.add(stream);
    }
  }

  /** False when too many wait. */
  boolean addReset(int id, long code) {
    return resets.add((long) id << 32 | code);
  }

  /** False when too many wait. */
  boolean addPong(int value) {
    return pongs.add(value);
  }

  /** Writes while the link takes it. */
  void write(long nowNanos) {
    while (out.isWritable() && heartbeat.isDue()) {
      frame(FrameHeader.PING, FrameHeader.SYN, 0, heartbeat.send(nowNanos));
    }
    while (out.isWritable() && !pongs.isEmpty()) {
      frame(FrameHeader.PING, FrameHeader.ACK, 0, (int) pongs.take());
    }
    writeResets(false);
    while (out.isWritable() && !control.isEmpty()) {
      SessionStream stream = control.remove();
      stream.rings &= ~SessionStream.CONTROL;
      writeControl(stream, nowNanos);
    }
    while (out.isWritable() && !data.isEmpty()) {
      SessionStream stream = data.remove();
      stream.rings &= ~SessionStream.DATA;
      writeData(stream);
      if (stream.canSend()) {
        addData(stream);
      }
    }
  }

  /** Writes the last frames, full link or not. */
  void writeGoAway(long code) {
    writeResets(true);
    // [spec yamux/go-away]
    frame(FrameHeader.GO_AWAY, 0, 0, (int) code);
  }

  private void writeResets(boolean always) {
    while (!resets.isEmpty() && (always || out.isWritable())) {
      long next = resets.take();
      // [spec yamux/error-code] the code rides in the length of a window update
      frame(FrameHeader.WINDOW_UPDATE, FrameHeader.RST, (int) (next >>> 32), (int) next);
    }
  }

  private void writeControl(SessionStream stream, long nowNanos) {
    if (stream.hasEnded()) {
      return;
    }
    int delta = stream.takeGrant(nowNanos, heartbeat.rttNanos());
    if (delta == 0 && (stream.openFlag() == 0 || synOnData && stream.hasDataToSend())) {
      return;
    }
    frame(FrameHeader.WINDOW_UPDATE, stream.takeOpenFlag(), stream.id(), delta);
  }

  private void writeData(SessionStream stream) {
    if (stream.hasDataToSend()) {
      // [spec yamux/syn-with-payload]
      if (!synOnData) {
        announce(stream);
      }
      int n = stream.nextFrameBytes(maxPayloadBytes);
      FrameHeader.set(head, FrameHeader.DATA, stream.takeOpenFlag(), stream.id(), n);
      dirty = true;
      out.writeFrame(head, stream.firstToSend(), n);
      stream.onWritten(n);
    }
    // [spec yamux/fin] alone: some remotes look at one flag only, or at FIN before the payload
    if (stream.canSend() && !stream.hasDataToSend()) {
      announce(stream);
      frame(FrameHeader.WINDOW_UPDATE, FrameHeader.FIN, stream.id(), 0);
      stream.onFinWritten();
    }
  }

  private void announce(SessionStream stream) {
    if (stream.openFlag() != 0) {
      frame(FrameHeader.WINDOW_UPDATE, stream.takeOpenFlag(), stream.id(), 0);
    }
  }

  private void frame(int type, int flags, int id, int length) {
    FrameHeader.set(head, type, flags, id, length);
    dirty = true;
    out.writeFrame(head, Unpooled.EMPTY_BUFFER, 0);
  }
}
