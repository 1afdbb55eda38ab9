package io.ethpeerflow.noise;

import io.ethpeerflow.core.spi.ByteReceiver;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A receiver that keeps everything. */
public final class Collector implements ByteReceiver {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  public int chunks;
  public int readCompletes;
  public int ends;
  public @Nullable Throwable cause;

  @Override
  public void onData(ByteBuf data) {
    chunks++;
    var copy = new byte[data.readableBytes()];
    data.readBytes(copy);
    bytes.writeBytes(copy);
    data.release();
  }

  @Override
  public void onReadComplete() {
    readCompletes++;
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    ends++;
    this.cause = cause;
  }

  public String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }
}
