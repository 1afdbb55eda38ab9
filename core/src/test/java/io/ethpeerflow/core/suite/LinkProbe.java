package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A receiver that counts, checks a pattern, and notes everything that breaks the contract. */
final class LinkProbe implements ByteReceiver {
  private final ByteLink link;
  private final List<String> violations;
  private @Nullable Pattern expected;
  private long expectedFrom;
  private long received;
  private int readCompletes;
  private int closes;
  private @Nullable Throwable cause;
  private Runnable afterData = () -> {};

  LinkProbe(ByteLink link, List<String> violations) {
    this.link = link;
    this.violations = violations;
  }

  LinkProbe expect(Pattern pattern) {
    return expect(pattern, 0);
  }

  /** Expects a pattern from a position on. */
  LinkProbe expect(Pattern pattern, long from) {
    expected = pattern;
    expectedFrom = from;
    return this;
  }

  LinkProbe afterData(Runnable action) {
    afterData = action;
    return this;
  }

  @Override
  public void onData(ByteBuf data) {
    check(link.loop().inLoop(), "onData outside of the loop");
    check(data.isReadable(), "onData without bytes");
    check(closes == 0, "onData after the end");
    Pattern pattern = expected;
    int wrong = pattern == null ? -1 : pattern.mismatch(expectedFrom + received, data);
    check(wrong < 0, "wrong byte at " + (received + wrong));
    received += data.readableBytes();
    data.release();
    afterData.run();
  }

  @Override
  public void onReadComplete() {
    check(link.loop().inLoop(), "onReadComplete outside of the loop");
    check(closes == 0, "onReadComplete after the end");
    readCompletes++;
  }

  @Override
  public void onClosed(@Nullable Throwable why) {
    check(link.loop().inLoop(), "onClosed outside of the loop");
    check(closes == 0, "onClosed twice");
    closes++;
    cause = why;
  }

  private void check(boolean holds, String violation) {
    if (!holds && violations.size() < 20) {
      violations.add(violation);
    }
  }

  long received() {
    return received;
  }

  int readCompletes() {
    return readCompletes;
  }

  boolean isClosed() {
    return closes > 0;
  }

  @Nullable Throwable cause() {
    return cause;
  }
}
