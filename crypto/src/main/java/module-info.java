/** Cryptographic primitives behind one SPI for each kind, chosen by what is there. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.crypto {
  requires static org.conscrypt;
  requires static transitive org.jspecify;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires transitive io.netty.buffer;

  exports io.ethpeerflow.crypto;
  exports io.ethpeerflow.crypto.aead;
  exports io.ethpeerflow.crypto.agreement;
  exports io.ethpeerflow.crypto.signature;

  uses io.ethpeerflow.crypto.aead.AeadProvider;
  uses io.ethpeerflow.crypto.agreement.KeyAgreement;
  uses io.ethpeerflow.crypto.signature.SignatureProvider;

  provides io.ethpeerflow.crypto.aead.AeadProvider with
      io.ethpeerflow.crypto.libcrypto.LibcryptoAeadProvider,
      io.ethpeerflow.crypto.aead.JceAeadProvider,
      io.ethpeerflow.crypto.aead.ConscryptAeadProvider,
      io.ethpeerflow.crypto.aead.BouncyCastleAeadProvider;
  provides io.ethpeerflow.crypto.agreement.KeyAgreement with
      io.ethpeerflow.crypto.libcrypto.LibcryptoX25519,
      io.ethpeerflow.crypto.agreement.ConscryptX25519,
      io.ethpeerflow.crypto.agreement.BouncyCastleX25519,
      io.ethpeerflow.crypto.agreement.JdkX25519;
  provides io.ethpeerflow.crypto.signature.SignatureProvider with
      io.ethpeerflow.crypto.libcrypto.LibcryptoSignatures,
      io.ethpeerflow.crypto.signature.ConscryptSignatures,
      io.ethpeerflow.crypto.signature.BouncyCastleSignatures,
      io.ethpeerflow.crypto.signature.JdkSignatures;
}
