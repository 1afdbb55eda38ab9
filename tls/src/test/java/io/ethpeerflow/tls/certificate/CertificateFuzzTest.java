package io.ethpeerflow.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.InstantSource;

/** Any bytes are refused with a reason, or name a peer; nothing else happens. */
class CertificateFuzzTest {
  private static final CertificateVerifier VERIFIER =
      new CertificateVerifier(InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z")));

  @FuzzTest
  void verify(byte[] der) {
    try {
      PublicKey key = VERIFIER.verify(der, null);
      assertThat(VERIFIER.verify(der, PeerId.of(key))).isEqualTo(key);
    } catch (CertificateException refused) {
      assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(500);
    }
  }
}
