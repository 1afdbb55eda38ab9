package io.ethpeerflow.tls.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class AlertsTest {
  @Test
  void findsTheAlertInTheJdksWords() {
    assertThat(
            Alerts.received(
                new SSLHandshakeException(
                    "(certificate_unknown) Received fatal alert: certificate_unknown")))
        .isEqualTo("certificate_unknown");
  }

  @Test
  void findsTheAlertInBoringSslsWords() {
    var cause =
        new SSLException(
            "Read error: ssl=0x7f: Failure in SSL library, usually a protocol error\n"
                + "error:10000412:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE");
    assertThat(Alerts.received(new SSLException("outer", cause))).isEqualTo("bad_certificate");
    assertThat(Alerts.received(new SSLException("SSL routines::TLSV1_ALERT_UNKNOWN_CA")))
        .isEqualTo("unknown_ca");
  }

  @Test
  void findsNoneInOurOwnFailures() {
    assertThat(Alerts.received(new SSLException("Tag mismatch"))).isNull();
    assertThat(Alerts.received(new SSLException((String) null))).isNull();
    assertThat(Alerts.refusal(new SSLException("Tag mismatch"))).isNull();
  }

  @Test
  void findsOurRefusalUnderTheEnginesException() {
    var ours = new CertificateException("the remote is someone else");
    assertThat(Alerts.refusal(new SSLHandshakeException("x", new RuntimeException(ours))))
        .isEqualTo("the remote is someone else");
  }
}
