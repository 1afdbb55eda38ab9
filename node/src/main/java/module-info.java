/** The node program: command line, daemon, configuration, metrics endpoint. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.node {
  requires static org.jspecify;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires info.picocli;
  requires io.ethpeerflow.core;
  requires io.ethpeerflow.gossipsub;
  requires io.ethpeerflow.host;
  requires io.ethpeerflow.noise;
  requires io.ethpeerflow.quic;
  requires io.ethpeerflow.tls;
  requires io.ethpeerflow.wire;
  requires io.ethpeerflow.yamux;
  requires io.netty.buffer;
  requires jdk.httpserver;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.slf4j;
  requires tools.jackson.core;
  requires tools.jackson.dataformat.yaml;

  opens io.ethpeerflow.node to
      info.picocli;
  opens io.ethpeerflow.node.cli to
      info.picocli;
}
