package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One line of standard input.
 *
 * @param fields the JSON object
 */
record Command(JsonNode fields) {
  String name() {
    return text("command");
  }

  String addr() {
    return text("addr");
  }

  PeerId peer() {
    return PeerId.of(text("peer"));
  }

  ProtocolId protocol() {
    return ProtocolId.of(text("protocol"));
  }

  /** A number that has to be there. */
  long number(String name) {
    return required(name).asLong();
  }

  /** A count that has to be there. */
  int count(String name) {
    return Math.toIntExact(number(name));
  }

  /** A count of at least 1 that may be missing. */
  int countOrOne(String name) {
    JsonNode found = optional(name);
    return found == null ? 1 : Math.max(1, found.asInt());
  }

  /** A switch, off when it is missing. */
  boolean isSet(String name) {
    JsonNode found = optional(name);
    return found != null && found.asBoolean();
  }

  /** Null when it is missing. */
  @Nullable JsonNode optional(String name) {
    JsonNode found = fields.get(name);
    return found == null || found.isNull() ? null : found;
  }

  private String text(String name) {
    return required(name).asString();
  }

  private JsonNode required(String name) {
    JsonNode found = optional(name);
    if (found == null) {
      throw new CommandException(name + " is missing");
    }
    return found;
  }
}
