package io.ethpeerflow.testkit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what a stream socket hears. */
final class RecordingHandler implements SimStreamHandler {
  final List<String> events = new ArrayList<>();
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  @Nullable SimStreamSocket socket;
  @Nullable IOException cause;
  long connectedAtNanos = -1;
  long endedAtNanos = -1;
  int reads;
  int largestRead;

  SimStreamSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not connected: " + events);
    }
    return socket;
  }

  @Override
  public void onConnected(SimStreamSocket connected) {
    socket = connected;
    connectedAtNanos = connected.loop().nanoTime();
    events.add("connected");
  }

  @Override
  public void onData(SimStreamSocket from, ByteBuf data) {
    reads++;
    largestRead = Math.max(largestRead, data.readableBytes());
    received.writeBytes(ByteBufUtil.getBytes(data));
    data.release();
  }

  @Override
  public void onEnd(SimStreamSocket from) {
    endedAtNanos = from.loop().nanoTime();
    events.add("end");
  }

  @Override
  public void onWritable(SimStreamSocket from) {
    events.add("writable");
  }

  @Override
  public void onClosed(SimStreamSocket closed, @Nullable IOException why) {
    cause = why;
    events.add(why == null ? "closed" : "closed " + why.getClass().getSimpleName());
  }
}
