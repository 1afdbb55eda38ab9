/** The wire formats that every other module speaks: no I/O, no threads, no clock. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.wire {
  requires io.ethpeerflow.crypto;
  requires transitive io.netty.buffer;
  requires org.bouncycastle.provider;
  requires static transitive org.jspecify;

  exports io.ethpeerflow.wire;
  exports io.ethpeerflow.wire.crypto;
  exports io.ethpeerflow.wire.crypto.store;
  exports io.ethpeerflow.wire.multiaddr;
  exports io.ethpeerflow.wire.multiformats;
  exports io.ethpeerflow.wire.peer;
  exports io.ethpeerflow.wire.protobuf;
  exports io.ethpeerflow.wire.protocol;
  exports io.ethpeerflow.wire.record;
  exports io.ethpeerflow.wire.varint;
}
