package io.ethpeerflow.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.gossipsub.Topic;
import io.ethpeerflow.gossipsub.router.Publication;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says something on a topic. */
@Command(
    name = "pub",
    description = {
      "Publishes a message, or each line of stdin.",
      "Waits for a peer that is subscribed, and fails when there is none."
    })
final class PubCommand extends PubsubCommand {
  private static final long LOOK_MILLIS = 20;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MESSAGE",
      defaultValue = "-",
      description = "What to say; - for the lines of stdin, which is the default.")
  private String message = "-";

  PubCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Host host, Topic topic) throws Exception {
    connect(host);
    awaitSubscriber(topic);
    if (!message.equals("-")) {
      publish(topic, message);
      return CommandStatus.OK;
    }
    var lines = new BufferedReader(new InputStreamReader(terminal().in(), UTF_8));
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      publish(topic, line);
    }
    return CommandStatus.OK;
  }

  private void awaitSubscriber(Topic topic) throws Exception {
    long startNanos = System.nanoTime();
    while (topic.peers().get().isEmpty()) {
      if (System.nanoTime() - startNanos >= timeout().toNanos()) {
        throw new TimeoutException(
            "nobody is subscribed to " + topic.name() + " within " + timeout().toMillis() + " ms");
      }
      if (isStopped()) {
        throw new TimeoutException("stopped before anybody was subscribed to " + topic.name());
      }
    }
  }

  /** Waits a little, or until the command should end. */
  private boolean isStopped() throws Exception {
    try {
      terminal().stop().requested().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return false;
    }
  }

  private void publish(Topic topic, String text) throws Exception {
    Publication outcome = topic.publish(text.getBytes(UTF_8)).get();
    String id = HexFormat.of().formatHex(outcome.id().toBytes());
    if (outcome.refused() > 0) {
      terminal().err().println(outcome.refused() + " peers are too slow and miss " + id);
    }
    print(
        outcome.duplicate() ? id + " was published before" : id + " peers=" + outcome.peers(),
        JsonLine.of()
            .put("id", id)
            .put("peers", outcome.peers())
            .put("refused", outcome.refused())
            .put("duplicate", outcome.duplicate()));
  }
}
