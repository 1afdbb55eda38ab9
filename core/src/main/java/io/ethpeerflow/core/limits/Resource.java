package io.ethpeerflow.core.limits;

/** What scopes count, by the names that refusals, metrics and the configuration use. */
enum Resource {
  INBOUND_CONNECTIONS("inboundConnections"),
  OUTBOUND_CONNECTIONS("outboundConnections"),
  CONNECTIONS("connections"),
  INBOUND_STREAMS("inboundStreams"),
  OUTBOUND_STREAMS("outboundStreams"),
  STREAMS("streams"),
  MEMORY_BYTES("memoryBytes"),
  DESCRIPTORS("descriptors");

  private final String label;

  Resource(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
