package io.ethpeerflow.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.cache.SeenCache;
import io.ethpeerflow.gossipsub.queue.OutboundQueue;
import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.PeerScores;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.gossipsub.score.TopicScoreParams;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What runs for every peer and heartbeat, or for every id that is gossiped, allocates nothing. */
class AllocationTest {
  // what measuring itself may cost; one object of 16 bytes per step would be ten times as much
  private static final long ALLOWED_BYTES = 4096;
  private static final int STEPS = 2500;

  private static long allocatedBy(Runnable work) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    work.run(); // classes are loaded here
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  // ids that are counted up share their hashes: a map makes a tree of them, whose look-ups allocate
  private static PeerId hashed(Random random) throws Exception {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return PeerId.decode(
        ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).put(digest).array());
  }

  @Test
  void aHeartbeatOfScores() throws Exception {
    var scores = new PeerScores(ScoreParams.OFF, peer -> 0);
    List<PeerId> peers = new ArrayList<>();
    TopicId topic = TopicId.of("t");
    scores.setTopic(topic, TopicScoreParams.OFF);
    var random = new Random(1);
    for (int i = 0; i < STEPS; i++) {
      PeerId peer = hashed(random);
      peers.add(peer);
      scores.connected(peer);
      scores.grafted(peer, topic, 0);
    }
    double[] sum = new double[1];
    assertThat(
            allocatedBy(
                () -> {
                  scores.decay(1);
                  for (int i = 0; i < peers.size(); i++) {
                    sum[0] += scores.score(peers.get(i));
                  }
                }))
        .isLessThan(ALLOWED_BYTES);
    assertThat(sum[0]).isZero();
  }

  /** Gives one buffer again and again, so that only what a queue allocates itself is measured. */
  private static final class OneBuffer extends AbstractByteBufAllocator {
    private final ByteBuf only = Unpooled.buffer(4096);

    @Override
    public ByteBuf buffer(int bytes, int maxBytes) {
      return only.retain().clear();
    }

    @Override
    protected ByteBuf newHeapBuffer(int bytes, int maxBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected ByteBuf newDirectBuffer(int bytes, int maxBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  @Test
  void aMessageForEightPeersCostsEightSmallObjects() {
    var allocator = new OneBuffer();
    var queues = new OutboundQueue[8];
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new OutboundQueue(QueueConfig.DEFAULT);
    }
    Message message = Message.unsigned(TopicId.of("t"), new byte[1024]);
    MessageId id = MessageId.of(new byte[20]);
    long[] bytes = new long[1];
    assertThat(
            allocatedBy(
                () -> {
                  for (int i = 0; i < STEPS; i++) {
                    for (OutboundQueue queue : queues) {
                      queue.forward(id, message);
                    }
                    for (OutboundQueue queue : queues) {
                      ByteBuf frame = queue.poll(allocator);
                      bytes[0] += frame.readableBytes();
                      frame.release();
                    }
                  }
                }))
        .isLessThan(56L * queues.length * STEPS + ALLOWED_BYTES);
    assertThat(bytes[0]).isEqualTo(2L * STEPS * queues.length * (message.sizeBytes() + 5));
  }

  @Test
  void aLookForEveryIdOfAnIhave() {
    var seen = new SeenCache(1000, STEPS, 1, 2);
    List<MessageId> list = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      MessageId id = MessageId.of(ByteBuffer.allocate(20).putInt(i).array());
      list.add(id);
      seen.add(id, 0);
    }
    MessageIds ids = MessageIds.of(list);
    int[] found = new int[1];
    assertThat(
            allocatedBy(
                () -> {
                  for (int i = 0; i < ids.count(); i++) {
                    if (seen.contains(ids.array(), ids.from(i), ids.to(i), 1)) {
                      found[0]++;
                    }
                  }
                }))
        .isLessThan(ALLOWED_BYTES);
    assertThat(found[0]).isEqualTo(2 * STEPS);
  }
}
