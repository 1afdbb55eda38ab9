package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.gossipsub.ReceivedMessage;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is said on a topic. */
@Command(
    name = "sub",
    description = {
      "Subscribes to a topic and prints its messages, one per line.",
      "Ends on SIGTERM or SIGINT. Peers that are lost are dialed again."
    })
final class SubCommand extends PubsubCommand {
  private static final int MAX_QUEUED = 10_000;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Thread::startVirtualThread);

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Ends after so many messages. Default: never.")
  private long count;

  private final LinkedBlockingQueue<ReceivedMessage> messages =
      new LinkedBlockingQueue<>(MAX_QUEUED);
  private final AtomicLong lost = new AtomicLong();

  SubCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  void checkOptions() {
    if (count < 0) {
      throw usage("--count: " + count + " < 0");
    }
  }

  @Override
  int run(Host host, Topic topic) throws Exception {
    CompletableFuture<Void> stop = terminal().stop().requested();
    topic.subscribe(this::onMessage);
    connect(host);
    host.on(HostEvent.PeerDisconnected.class, event -> onDisconnected(host, event));
    long printed = 0;
    while (!stop.isDone() && (count == 0 || printed < count)) {
      ReceivedMessage message = messages.poll(100, TimeUnit.MILLISECONDS);
      if (message != null) {
        print(message);
        printed++;
      }
    }
    if (lost.get() > 0) {
      terminal()
          .err()
          .println(lost.get() + " messages were lost: they came faster than they are read");
    }
    return CommandStatus.OK;
  }

  /** On pubsub's loop, which must not wait for whoever reads our output. */
  private void onMessage(ReceivedMessage message) {
    if (!messages.offer(message)) {
      lost.incrementAndGet();
    }
  }

  private void onDisconnected(Host host, HostEvent.PeerDisconnected event) {
    for (AddrInfo peer : peers()) {
      if (peer.id().equals(event.peer())) {
        terminal().err().println(peer.id() + ": the connection was lost");
        dialAgain(host, peer);
      }
    }
  }

  private void dialAgain(Host host, AddrInfo peer) {
    LATER.execute(
        () ->
            host.connect(peer)
                .whenComplete(
                    (connection, failure) -> {
                      if (failure != null && !terminal().stop().isRequested()) {
                        dialAgain(host, peer);
                      }
                    }));
  }

  private void print(ReceivedMessage message) {
    byte[] data = message.data();
    byte @Nullable [] seqno = message.message().seqno();
    print(
        visible(new String(data, StandardCharsets.UTF_8)),
        JsonLine.of()
            .put("topic", message.topic())
            .put("from", message.from() == null ? null : String.valueOf(message.from()))
            .put("via", message.via().toString())
            .put("id", HexFormat.of().formatHex(message.id().toBytes()))
            .put("seqno", seqno == null ? null : HexFormat.of().formatHex(seqno))
            .put("data", Base64.getEncoder().encodeToString(data)));
  }

  /** What a stranger wrote, without what would end the line or steer the terminal. */
  private static String visible(String text) {
    var line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (Character.isISOControl(point)
                  || Character.getType(point) == Character.FORMAT
                  || Character.getType(point) == Character.LINE_SEPARATOR
                  || Character.getType(point) == Character.PARAGRAPH_SEPARATOR) {
                line.append(String.format("\\u%04x", point));
              } else {
                line.appendCodePoint(point);
              }
            });
    return line.toString();
  }
}
