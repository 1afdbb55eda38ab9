package io.ethpeerflow.tls;

import io.ethpeerflow.core.spi.ByteReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keeps what a link delivers. */
final class Recorder implements ByteReceiver {
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int deliveries;
  private int readCompletes;
  private int ends;
  private @Nullable Throwable cause;

  @Override
  public void onData(ByteBuf chunk) {
    if (!chunk.isReadable() || ends > 0) {
      throw new AssertionError("empty, or after the end");
    }
    data.writeBytes(ByteBufUtil.getBytes(chunk));
    deliveries++;
    chunk.release();
  }

  @Override
  public void onReadComplete() {
    readCompletes++;
  }

  @Override
  public void onClosed(@Nullable Throwable why) {
    ends++;
    cause = why;
  }

  byte[] bytes() {
    return data.toByteArray();
  }

  int size() {
    return data.size();
  }

  String text() {
    return data.toString(StandardCharsets.UTF_8);
  }

  int deliveries() {
    return deliveries;
  }

  int readCompletes() {
    return readCompletes;
  }

  int ends() {
    return ends;
  }

  @Nullable Throwable cause() {
    return cause;
  }
}
