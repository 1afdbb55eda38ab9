/** libp2p Noise: the XX handshake and record protection. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.noise {
  requires static org.jspecify;
  requires org.bouncycastle.provider;
  requires transitive io.ethpeerflow.core;
  requires transitive io.ethpeerflow.crypto;

  exports io.ethpeerflow.noise;
  exports io.ethpeerflow.noise.handshake;
  exports io.ethpeerflow.noise.record;
}
