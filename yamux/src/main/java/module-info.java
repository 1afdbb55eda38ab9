/** Yamux: many flow-controlled streams on one secure link. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.yamux {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.core;
  requires io.netty.common;
  requires org.slf4j;

  exports io.ethpeerflow.yamux;
}
