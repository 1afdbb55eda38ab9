package io.ethpeerflow.tls.engine;

import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads out of an engine's exception what went wrong, as engines say it in their messages only. */
final class Alerts {
  private static final Pattern FROM_JDK = Pattern.compile("Received fatal alert: (\\w+)");
  private static final Pattern FROM_BORINGSSL = Pattern.compile("(?:SSLV3|TLSV1)_ALERT_(\\w+)");

  /** Where BoringSSL's names are not those of RFC 8446 in capitals. */
  private static final Map<String, String> RENAMED =
      Map.of("no_application_protocol_alert", "no_application_protocol");

  private static final int MAX_DEPTH = 16;

  private Alerts() {}

  /** The alert that the remote sent, by its name in RFC 8446, or null when it sent none. */
  static @Nullable String received(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      String message = at.getMessage();
      if (message != null) {
        String alert = first(FROM_JDK.matcher(message), FROM_BORINGSSL.matcher(message));
        if (alert != null) {
          return RENAMED.getOrDefault(alert, alert);
        }
      }
      at = at.getCause();
    }
    return null;
  }

  private static @Nullable String first(Matcher... matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.find()) {
        return matcher.group(1).toLowerCase(Locale.ROOT);
      }
    }
    return null;
  }

  /** Why our own check refused the remote's certificate, or null when it did not. */
  static @Nullable String refusal(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      if (at instanceof CertificateException) {
        return at.getMessage();
      }
      at = at.getCause();
    }
    return null;
  }
}
