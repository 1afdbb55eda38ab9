package io.ethpeerflow.noise.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.noise.ScriptedLink;
import io.ethpeerflow.noise.handshake.TestKeys;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With libcrypto, frames are sealed and opened without garbage. Measured on this thread, after
 * enough rounds that the code is compiled; the JMH benchmarks measure the same with Netty's pool.
 */
class AllocationTest {
  private static final int WARM_UP = 40_000;
  private static final int ROUNDS = 20_000;

  private final RecyclingAllocator allocator = new RecyclingAllocator();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 1000, 16_000})
  void allocatesNothingPerFrame(int bodyBytes) throws ProtocolViolation {
    assumeTrue(AeadProviders.best().name().equals("libcrypto"), "libcrypto is not available");
    var lower = new ScriptedLink(allocator);
    NoiseLink sender = link(lower, Role.INITIATOR);
    var reader =
        new RecordReader(
            allocator,
            AeadProviders.best().opener(TestKeys.transport(Role.RESPONDER).receive()),
            ByteBuf::release,
            0);
    lower.onWrite =
        flight -> {
          try {
            reader.onChunk(flight);
          } catch (ProtocolViolation e) {
            throw new AssertionError(e);
          }
        };
    ByteBuf head = allocator.directBuffer(12).writeZero(12);
    ByteBuf body = allocator.directBuffer(bodyBytes + 1).writeZero(bodyBytes);
    long[] allocated = new long[1];
    lower.loop.run(
        () -> {
          for (int i = 0; i < WARM_UP; i++) {
            frame(sender, head, body, bodyBytes, i);
          }
          long before = threads.getCurrentThreadAllocatedBytes();
          for (int i = 0; i < ROUNDS; i++) {
            frame(sender, head, body, bodyBytes, i);
          }
          allocated[0] = threads.getCurrentThreadAllocatedBytes() - before;
        });
    head.release();
    body.release();
    reader.close();
    lower.onWrite = null;
    lower.loop.run(sender::abort);
    lower.end(null);
    allocator.close();
    assertThat(allocated[0] / ROUNDS).as("bytes per frame").isZero();
  }

  /** A frame, and a flush for every third: records of one frame and of several. */
  private static void frame(NoiseLink sender, ByteBuf head, ByteBuf body, int bodyBytes, int i) {
    body.readerIndex(0);
    sender.writeFrame(head, body, bodyBytes);
    if (i % 3 == 0) {
      sender.flush();
    }
  }

  private static NoiseLink link(ScriptedLink lower, Role role) {
    AeadProvider aead = AeadProviders.best();
    NoiseLink link =
        NoiseLink.start(
            lower,
            ProtocolId.of("/noise"),
            role,
            TestKeys.transport(role),
            TestIdentities.key(1).publicKey(),
            null,
            aead,
            65518);
    lower.loop.run(
        () ->
            link.receiver(
                new ByteReceiver() {
                  @Override
                  public void onData(ByteBuf data) {
                    data.release();
                  }

                  @Override
                  public void onClosed(@Nullable Throwable cause) {}
                }));
    return link;
  }
}
