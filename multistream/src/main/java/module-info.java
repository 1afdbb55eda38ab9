/** multistream-select 1.0: how two peers agree on a protocol for a connection or a stream. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.multistream {
  requires static transitive org.jspecify;
  requires transitive io.ethpeerflow.core;

  exports io.ethpeerflow.multistream;
}
