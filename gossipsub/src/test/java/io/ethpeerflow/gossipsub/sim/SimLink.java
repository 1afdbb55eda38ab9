package io.ethpeerflow.gossipsub.sim;

import io.ethpeerflow.gossipsub.queue.Lane;
import io.ethpeerflow.gossipsub.queue.OutboundQueue;
import io.ethpeerflow.gossipsub.router.PeerOutput;
import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.RpcDecoder;
import io.ethpeerflow.gossipsub.rpc.RpcLimits;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.testkit.net.SimStreamHandler;
import io.ethpeerflow.testkit.net.SimStreamSocket;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection between two participants: a stream of RPCs each way, each with its
 * length, after a first frame that says who speaks.
 */
final class SimLink implements SimStreamHandler, PeerOutput {
  private static final RpcDecoder DECODER = new RpcDecoder(RpcLimits.DEFAULT);

  private final Participant owner;
  private final boolean outbound;
  private final OutboundQueue queue;
  private final ByteBuf input = Unpooled.buffer();
  private @Nullable SimStreamSocket socket;
  private @Nullable PeerId remote;
  private boolean flushing;
  private long dropped;
  private long sentBytes;

  SimLink(Participant owner, boolean outbound) {
    this.owner = owner;
    this.outbound = outbound;
    this.queue = new OutboundQueue(owner.queueConfig());
  }

  boolean isOutbound() {
    return outbound;
  }

  PeerId remote() {
    if (remote == null) {
      throw new IllegalStateException("the other side has not said who it is");
    }
    return remote;
  }

  SimStreamSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not connected");
    }
    return socket;
  }

  /** All that was written, lengths included. */
  long sentBytes() {
    return sentBytes;
  }

  void close() {
    if (socket != null) {
      socket.reset();
    }
  }

  @Override
  public void onConnected(SimStreamSocket connected) {
    socket = connected;
    byte[] id = owner.id().toBytes();
    ByteBuf frame = Unpooled.buffer();
    UnsignedVarint.write(id.length, frame);
    connected.write(frame.writeBytes(id));
  }

  @Override
  public void onData(SimStreamSocket from, ByteBuf data) {
    input.writeBytes(data);
    data.release();
    try {
      for (ByteBuf frame = frame(); frame != null && from.isOpen(); frame = frame()) {
        if (remote == null) {
          byte[] id = new byte[frame.readableBytes()];
          frame.readBytes(id);
          remote = PeerId.decode(id);
          owner.onPeer(this);
        } else {
          owner.onRpc(this, DECODER.decode(frame));
        }
      }
    } catch (WireFormatException malformed) {
      throw new AssertionError(malformed);
    }
    input.discardSomeReadBytes();
  }

  private @Nullable ByteBuf frame() {
    int length = 0;
    int shift = 0;
    for (int at = input.readerIndex(); at < input.writerIndex(); at++) {
      int next = input.getByte(at);
      length |= (next & 0x7f) << shift;
      shift += 7;
      if (next >= 0) {
        if (input.writerIndex() - at - 1 < length) {
          return null;
        }
        input.readerIndex(at + 1);
        return input.readSlice(length);
      }
    }
    return null;
  }

  @Override
  public void onEnd(SimStreamSocket ended) {
    ended.close();
  }

  @Override
  public void onWritable(SimStreamSocket writable) {
    flush();
  }

  @Override
  public void onClosed(SimStreamSocket closed, @Nullable IOException cause) {
    socket = null;
    if (remote != null) {
      owner.onGone(this);
    }
  }

  private void waits() {
    if (!flushing) {
      flushing = true;
      owner.loop().execute(this::flush);
    }
  }

  private void flush() {
    flushing = false;
    SimStreamSocket to = socket;
    while (to != null && to.isWritable()) {
      ByteBuf frame = queue.poll(UnpooledByteBufAllocator.DEFAULT);
      if (frame == null) {
        return;
      }
      sentBytes += frame.readableBytes();
      to.write(frame);
    }
  }

  @Override
  public void extensions(Extensions extensions) {
    queue.extensions(extensions);
    waits();
  }

  @Override
  public void subscription(Subscription subscription) {
    queue.subscription(subscription);
    waits();
  }

  @Override
  public void graft(TopicId topic) {
    queue.graft(topic);
    waits();
  }

  @Override
  public void prune(Prune prune) {
    queue.prune(prune);
    waits();
  }

  @Override
  public void idontwant(MessageId id) {
    queue.idontwant(id);
    waits();
  }

  @Override
  public void ihave(IHave ihave) {
    queue.ihave(ihave);
    waits();
  }

  @Override
  public void iwant(MessageIds ids) {
    queue.iwant(ids);
    waits();
  }

  @Override
  public boolean publish(MessageId id, Message message) {
    waits();
    return queue.publish(id, message);
  }

  @Override
  public void forward(MessageId id, Message message) {
    queue.forward(id, message);
    waits();
  }

  @Override
  public void answer(MessageId id, Message message) {
    queue.answer(id, message);
    waits();
  }

  @Override
  public void cancel(MessageId id) {
    queue.cancel(id);
  }

  @Override
  public int takeDropped() {
    long all = queue.dropped(Lane.OWN) + queue.dropped(Lane.FORWARDED);
    int since = (int) (all - dropped);
    dropped = all;
    return since;
  }
}
