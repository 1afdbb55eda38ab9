/**
 * What protocols program against: {@code Host}, {@code Connection}, {@code Stream}, events, errors
 * and limits; and in {@code core.spi} what transports, security protocols and muxers implement.
 */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.core {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.wire;
  requires transitive io.netty.buffer;

  exports io.ethpeerflow.core;
  exports io.ethpeerflow.core.annotation;
  exports io.ethpeerflow.core.error;
  exports io.ethpeerflow.core.event;
  exports io.ethpeerflow.core.limits;
  exports io.ethpeerflow.core.metrics;
  exports io.ethpeerflow.core.spi;
  exports io.ethpeerflow.core.state;
}
