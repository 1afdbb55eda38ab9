/** libp2p Noise: the XX handshake and record protection. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.noise {
  requires static org.conscrypt;
  requires static org.jspecify;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires transitive io.ethpeerflow.core;

  exports io.ethpeerflow.noise;
  exports io.ethpeerflow.noise.aead;
  exports io.ethpeerflow.noise.handshake;
  exports io.ethpeerflow.noise.record;

  uses io.ethpeerflow.noise.aead.AeadProvider;

  provides io.ethpeerflow.noise.aead.AeadProvider with
      io.ethpeerflow.noise.aead.LibcryptoAeadProvider,
      io.ethpeerflow.noise.aead.JceAeadProvider,
      io.ethpeerflow.noise.aead.ConscryptAeadProvider,
      io.ethpeerflow.noise.aead.BouncyCastleAeadProvider;
}
