package io.ethpeerflow.interop.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pubsub of a peer program, as {@code interop-tests/peers/README.md} says; what is not said is
 * as it has it by default.
 *
 * @param values by the name of the option
 */
public record PubsubOptions(Map<String, String> values) {
  /** Gossipsub with signed messages and a message id of {@code from} and {@code seqno}. */
  public static final PubsubOptions GOSSIPSUB = new PubsubOptions(Map.of("", "gossipsub"));

  /** Floodsub, signed likewise; of the other implementations js and py have it. */
  public static final PubsubOptions FLOODSUB = new PubsubOptions(Map.of("", "floodsub"));

  /** Copies the values. */
  public PubsubOptions {
    values = Map.copyOf(values);
  }

  /** With neither author nor signature, and an id of the data. */
  public PubsubOptions unsigned() {
    return with("-signing", "strict-no-sign").idOfData();
  }

  /** With the SHA-256 of the data as the message id. */
  public PubsubOptions idOfData() {
    return with("-id", "sha256");
  }

  /** With another time between heartbeats, in whole milliseconds. */
  public PubsubOptions heartbeat(Duration interval) {
    return with("-heartbeat", Long.toString(interval.toMillis()));
  }

  /** With another degree of the mesh, its lower and its upper bound. */
  public PubsubOptions mesh(int degree, int low, int high) {
    return with("-mesh", degree + "," + low + "," + high);
  }

  /** With another bound of an RPC. */
  public PubsubOptions maxBytes(int bytes) {
    return with("-max-bytes", Integer.toString(bytes));
  }

  /** With peer exchange in its prunes. */
  public PubsubOptions peerExchange() {
    return with("-px", "on");
  }

  /** Without flood publish, so that own messages go to the mesh. */
  public PubsubOptions withoutFloodPublish() {
    return with("-flood", "off");
  }

  /** Without scores. */
  public PubsubOptions withoutScores() {
    return with("-scores", "off");
  }

  private PubsubOptions with(String name, String value) {
    var changed = new TreeMap<>(values);
    changed.put(name, value);
    return new PubsubOptions(changed);
  }

  List<String> arguments() {
    var arguments = new ArrayList<String>();
    new TreeMap<>(values)
        .forEach((name, value) -> arguments.addAll(List.of("--pubsub" + name, value)));
    return arguments;
  }
}
