package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Notes what a stream hands to its reader. */
final class StreamLog implements StreamReader {
  final AtomicLong bytes = new AtomicLong();
  final List<String> events = new CopyOnWriteArrayList<>();

  @Override
  public void onData(ByteBuf data) {
    bytes.addAndGet(data.readableBytes());
    data.release();
  }

  @Override
  public void onEnd() {
    events.add("end");
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    events.add("reset " + code.value() + (byRemote ? " by remote" : ""));
  }
}
