package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is given. */
public class RecordingReader implements StreamReader {
  public final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  public final List<String> events = new ArrayList<>();
  public int calls;

  @Override
  public void onData(ByteBuf data) {
    calls++;
    byte[] copy = new byte[data.readableBytes()];
    data.readBytes(copy);
    data.release();
    bytes.writeBytes(copy);
  }

  @Override
  public void onEnd() {
    events.add("end");
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    events.add("reset " + code + (byRemote ? " by remote" : " by us"));
  }
}
