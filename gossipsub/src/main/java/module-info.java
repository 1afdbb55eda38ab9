/** Gossipsub 1.0 to 1.3 for a host; its machines are pure, and only {@code .net} drives them. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.gossipsub {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.core;
  requires org.slf4j;

  exports io.ethpeerflow.gossipsub;
  exports io.ethpeerflow.gossipsub.cache;
  exports io.ethpeerflow.gossipsub.queue;
  exports io.ethpeerflow.gossipsub.router;
  exports io.ethpeerflow.gossipsub.rpc;
  exports io.ethpeerflow.gossipsub.score;
  exports io.ethpeerflow.gossipsub.sign;
  exports io.ethpeerflow.gossipsub.trace;
}
