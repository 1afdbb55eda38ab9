/**
 * Gossipsub 1.0 to 1.3: the RPC codec, message signing, peer scores, caches and queues; all of it
 * pure.
 */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.gossipsub {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.core;

  exports io.ethpeerflow.gossipsub.cache;
  exports io.ethpeerflow.gossipsub.queue;
  exports io.ethpeerflow.gossipsub.rpc;
  exports io.ethpeerflow.gossipsub.score;
  exports io.ethpeerflow.gossipsub.sign;
  exports io.ethpeerflow.gossipsub.trace;
}
