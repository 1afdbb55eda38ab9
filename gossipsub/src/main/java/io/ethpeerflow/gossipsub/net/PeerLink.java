package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.gossipsub.queue.Lane;
import io.ethpeerflow.gossipsub.queue.OutboundQueue;
import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.router.PeerOutput;
import io.ethpeerflow.gossipsub.router.PubsubVersion;
import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two streams with a peer: ours, on which we speak, and the peer's. The router knows the peer
 * while ours is open; the peer's is not read before, and does not outlive it: what the peer said is
 * forgotten with it, so it has to be said again. A stream of ours that ends while a connection
 * stays is opened again: at once when the peer opens one, otherwise a few times and after a while.
 */
@OwnedBy("pubsub loop")
final class PeerLink implements PeerOutput {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration STABLE = Duration.ofSeconds(30);
  private static final Duration LAST_WORD = Duration.ofSeconds(1);
  private static final int MAX_ATTEMPTS = 5;
  private static final int MAX_IGNORED_BYTES = 1024;

  private final PubsubService service;
  private final PeerId peer;
  private final QueueConfig queueConfig;
  private OutboundQueue queue;

  private @Nullable Connection connection;
  private @Nullable CompletableFuture<Stream> opening;
  private @Nullable Stream outbound;
  private @Nullable InboundStream inbound;
  private @Nullable ByteBuf refused;
  private @Nullable CompletableFuture<Void> finished;
  private Cancellable retry = Cancellable.NONE;
  private int attempts;

  /** Counts beginnings: what an earlier one gives rise to is of no interest. */
  private long beginning;

  private boolean unsent;
  private boolean blocked;
  private boolean closed;
  private long droppedBefore;
  private long openedNanos;

  /**
   * The other half of our stream: what a peer says is said on its own. Read and not refused, as
   * py-libp2p takes a refusal for the end of the stream.
   */
  private static final class Silence implements StreamReader {
    @Override
    public void onData(ByteBuf data) {
      data.release();
    }

    @Override
    public void onEnd() {}

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {}
  }

  PeerLink(PubsubService service, PeerId peer, QueueConfig queueConfig) {
    this.service = service;
    this.peer = peer;
    this.queueConfig = queueConfig;
    this.queue = new OutboundQueue(queueConfig);
  }

  PeerId peer() {
    return peer;
  }

  /** Whether it has to begin anew when this connection ends. */
  boolean dependsOn(Connection ending) {
    return connection == null || connection.equals(ending);
  }

  /** Opens our stream over a connection, unless it is open or about to be. */
  void open(Connection over) {
    if (closed || connection != null) {
      return;
    }
    retry.cancel();
    connection = over;
    attempts++;
    long number = ++beginning;
    CompletableFuture<Stream> attempt = over.openStream(service.protocols());
    opening = attempt;
    attempt.whenComplete(
        (stream, failure) ->
            service.loop().runOnLoop(() -> onOpened(over, number, stream, failure)));
  }

  /** Begins anew over another connection. */
  void reopen(Connection over) {
    end(StreamErrorCode.NO_ERROR);
    attempts = 0;
    open(over);
  }

  private void onOpened(
      Connection over, long number, @Nullable Stream stream, @Nullable Throwable failure) {
    if (number != beginning) {
      if (stream != null) {
        stream.reset(StreamErrorCode.NO_ERROR);
      }
      return;
    }
    opening = null;
    PubsubVersion version = stream == null ? null : PubsubVersion.of(stream.protocol());
    if (stream == null || version == null) {
      LOG.debug("no pubsub stream peer={}", peer, failure);
      connection = null;
      if (inbound != null) {
        inbound.end(StreamErrorCode.NEGOTIATION_FAILED);
        inbound = null;
      }
      openAgainLater();
      return;
    }
    outbound = stream;
    openedNanos = service.loop().nanoTime();
    stream.read(new Silence());
    stream.request(MAX_IGNORED_BYTES);
    stream.closed().thenAccept(end -> service.loop().runOnLoop(() -> onOutboundEnded(stream)));
    service.opened(this, over, version);
    if (inbound != null) {
      inbound.start();
    }
  }

  private void onOutboundEnded(Stream stream) {
    if (stream.equals(outbound)) {
      if (service.loop().nanoTime() - openedNanos >= STABLE.toNanos()) {
        attempts = 0;
      }
      end(StreamErrorCode.NO_ERROR);
      openAgainLater();
    }
  }

  private void openAgainLater() {
    if (!closed && attempts < MAX_ATTEMPTS) {
      retry =
          service
              .loop()
              .schedule(
                  FIRST_PAUSE.toNanos() << Math.max(0, attempts - 1), () -> service.linkBest(peer));
    }
  }

  /** Takes the peer's stream; one that the peer opened before is not heard any more. */
  void accept(InboundStream stream) {
    if (closed) {
      stream.end(StreamErrorCode.SHUTDOWN);
      return;
    }
    if (inbound != null) {
      inbound.end(StreamErrorCode.SUPPLANTED);
    }
    inbound = stream;
    if (outbound != null) {
      stream.start();
    }
  }

  private void end(StreamErrorCode code) {
    connection = null;
    beginning++;
    retry.cancel();
    if (opening != null) {
      opening.cancel(false);
      opening = null;
    }
    Stream stream = outbound;
    if (stream != null) {
      outbound = null;
      service.ended(this);
      stream.reset(code);
    }
    if (inbound != null) {
      inbound.end(code);
      inbound = null;
    }
    if (refused != null) {
      refused.release();
      refused = null;
    }
    if (finished != null) {
      finished.complete(null);
      finished = null;
    }
    queue = new OutboundQueue(queueConfig);
    droppedBefore = 0;
    blocked = false;
  }

  /**
   * Closes our stream in order when what waits has been sent. It is not reset at once then: a reset
   * would overtake what the peer has not read yet.
   *
   * @return completes when the peer has closed its half too, or some time after ours was closed;
   *     not while the peer does not read
   */
  CompletableFuture<Void> finish() {
    if (outbound == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    finished = end;
    outbound.closed().thenRun(() -> end.complete(null));
    send();
    return end;
  }

  /** Ends both streams for good. */
  void close(StreamErrorCode code) {
    closed = true;
    end(code);
  }

  /** Sends what the stream takes; the rest when it takes more. */
  void send() {
    unsent = false;
    Stream stream = outbound;
    if (stream == null || blocked) {
      return;
    }
    ByteBuf frame = refused != null ? refused : queue.poll(PooledByteBufAllocator.DEFAULT);
    refused = null;
    while (frame != null) {
      if (!stream.offer(frame)) {
        refused = frame;
        blocked = true;
        stream.onWritable(() -> service.loop().runOnLoop(() -> onWritable(stream)));
        return;
      }
      frame = queue.poll(PooledByteBufAllocator.DEFAULT);
    }
    CompletableFuture<Void> end = finished;
    if (end != null) {
      finished = null;
      stream
          .closeWrite()
          .whenComplete(
              (done, ended) ->
                  service.loop().schedule(LAST_WORD.toNanos(), () -> end.complete(null)));
    }
  }

  private void onWritable(Stream stream) {
    if (stream.equals(outbound)) {
      blocked = false;
      send();
    }
  }

  private void waits() {
    if (!unsent && !blocked) {
      unsent = true;
      service.hasToSend(this);
    }
  }

  /** For what a peer must not miss: one that takes it no more is given up. */
  private void must(boolean taken) {
    if (taken) {
      waits();
    } else {
      LOG.debug("a peer takes no control messages any more peer={}", peer);
      Stream stream = outbound;
      if (stream != null) {
        // not from within the router, which walks over its peers
        service.loop().execute(() -> stream.reset(StreamErrorCode.RESOURCE_LIMIT));
      }
    }
  }

  private void may(boolean taken) {
    if (taken) {
      waits();
    }
  }

  @Override
  public void extensions(Extensions extensions) {
    must(queue.extensions(extensions));
  }

  @Override
  public void subscription(Subscription subscription) {
    must(queue.subscription(subscription));
  }

  @Override
  public void graft(TopicId topic) {
    must(queue.graft(topic));
  }

  @Override
  public void prune(Prune prune) {
    must(queue.prune(prune));
  }

  @Override
  public void idontwant(MessageId id) {
    may(queue.idontwant(id));
  }

  @Override
  public void ihave(IHave ihave) {
    may(queue.ihave(ihave));
  }

  @Override
  public void iwant(MessageIds ids) {
    may(queue.iwant(ids));
  }

  @Override
  public boolean publish(MessageId id, Message message) {
    boolean taken = queue.publish(id, message);
    may(taken);
    return taken;
  }

  @Override
  public void forward(MessageId id, Message message) {
    may(queue.forward(id, message));
  }

  @Override
  public void answer(MessageId id, Message message) {
    may(queue.answer(id, message));
  }

  @Override
  public void cancel(MessageId id) {
    queue.cancel(id);
  }

  @Override
  public int takeDropped() {
    long dropped = queue.dropped(Lane.OWN) + queue.dropped(Lane.FORWARDED);
    int since = (int) Math.min(Integer.MAX_VALUE, dropped - droppedBefore);
    droppedBefore = dropped;
    return since;
  }
}
