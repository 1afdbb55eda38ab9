package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.gossipsub.GossipSubConfig;
import io.ethpeerflow.gossipsub.router.Publication;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.sign.MessageSigner;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Makes messages of our own, on the caller's thread, and hands them to the router on its loop. */
final class Publisher {
  /** Tag and length of the message within its RPC. */
  private static final int RPC_OVERHEAD_BYTES = 6;

  private final PubsubService service;
  private final GossipSubConfig config;
  private final MessageSigner signer;
  // [spec pubsub/seqno] begins with the time, so that a process that starts again repeats none
  private final AtomicLong seqno;

  private record Ready(MessageId id, Message message) {}

  Publisher(PubsubService service, GossipSubConfig config, PrivateKey identity) {
    this.service = service;
    this.config = config;
    this.signer = new MessageSigner(config.signing(), identity);
    Instant now = Instant.now();
    this.seqno = new AtomicLong(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
  }

  CompletableFuture<List<Publication>> publish(TopicId topic, List<byte[]> payloads) {
    List<Ready> ready = new ArrayList<>(payloads.size());
    for (byte[] data : payloads) {
      Message message = signer.sign(topic, data, seqno.incrementAndGet());
      int most = config.queue().maxRpcBytes() - RPC_OVERHEAD_BYTES;
      if (message.sizeBytes() > most) {
        return CompletableFuture.failedFuture(
            new IllegalArgumentException(
                "a message of "
                    + data.length
                    + " bytes takes "
                    + message.sizeBytes()
                    + " with its author and signature, an RPC has room for "
                    + most
                    + ", and its topic allows "
                    + config.router().bounds().maxMessageBytes()));
      }
      ready.add(new Ready(config.messageId().idOf(message), message));
    }
    return service.ask(
        () -> {
          ready.forEach(r -> service.router().requireFits(r.message()));
          List<Publication> outcomes = new ArrayList<>(ready.size());
          for (Ready r : ready) {
            outcomes.add(service.router().publish(r.id(), r.message(), service.loop().nanoTime()));
          }
          return outcomes;
        });
  }
}
