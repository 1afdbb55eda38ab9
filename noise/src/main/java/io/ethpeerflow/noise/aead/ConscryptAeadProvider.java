package io.ethpeerflow.noise.aead;

import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * BoringSSL through Conscrypt, when its artifact is on the class path: faster than the JDK's own
 * for messages of some dozen bytes, slower from 1 KiB on, because arrays are copied on their way to
 * native code.
 */
public final class ConscryptAeadProvider implements AeadProvider {
  private @Nullable JcaCiphers ciphers;

  /** For the service loader. */
  public ConscryptAeadProvider() {}

  @Override
  public String name() {
    return "conscrypt";
  }

  @Override
  public int rank() {
    return 60;
  }

  @Override
  public synchronized @Nullable String unavailable() {
    if (ciphers != null) {
      return null;
    }
    try {
      if (!Conscrypt.isAvailable()) {
        return "Conscrypt has no native library for this platform";
      }
      ciphers = new JcaCiphers("ChaCha20/Poly1305/NoPadding", Conscrypt.newProvider(), true);
    } catch (LinkageError absent) {
      return "Conscrypt is not on the class path";
    }
    String failure = SelfTest.failureOf(this);
    if (failure != null) {
      ciphers = null;
    }
    return failure;
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return ciphers().sealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return ciphers().opener(key);
  }

  private synchronized JcaCiphers ciphers() {
    if (ciphers == null) {
      String why = unavailable();
      if (ciphers == null) {
        throw new IllegalStateException(why);
      }
    }
    return ciphers;
  }
}
