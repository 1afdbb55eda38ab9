/** libp2p TLS 1.3: the certificate that carries a peer's identity, and the secure link. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.tls {
  requires static transitive org.jspecify;
  requires io.ethpeerflow.crypto;
  requires transitive io.ethpeerflow.core;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires static org.conscrypt;
  requires static io.netty.common;
  requires static io.netty.handler;
  requires static io.netty.tcnative.classes.openssl;

  exports io.ethpeerflow.tls;
  exports io.ethpeerflow.tls.certificate;
}
