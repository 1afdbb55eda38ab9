package io.ethpeerflow.noise.aead;

import org.jspecify.annotations.Nullable;

/** The JDK's own cipher: intrinsic since JDK 21; allocates some 2 kB per message. */
public final class JceAeadProvider implements AeadProvider {
  private static final JcaCiphers CIPHERS = new JcaCiphers("ChaCha20-Poly1305", null, false);

  /** For the service loader. */
  public JceAeadProvider() {}

  @Override
  public String name() {
    return "jce";
  }

  @Override
  public int rank() {
    return 80;
  }

  @Override
  public @Nullable String unavailable() {
    return SelfTest.failureOf(this);
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return CIPHERS.sealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return CIPHERS.opener(key);
  }
}
