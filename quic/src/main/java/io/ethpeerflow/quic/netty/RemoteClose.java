package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.P2pException;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a remote's CONNECTION_CLOSE means (RFC 9000 section 20, RFC 9001 section 4.8). */
final class RemoteClose {
  private static final int CRYPTO_ERROR = 0x100;
  private static final int LAST_CRYPTO_ERROR = 0x1ff;
  private static final int CONNECTION_REFUSED = 2;
  private static final int MAX_REASON_CHARS = 128;

  private RemoteClose() {}

  /** How an established connection ended. */
  static CloseReason reason(QuicConnectionCloseEvent event) {
    if (event.isApplicationClose()) {
      return CloseReason.remote(code(event));
    }
    if (event.error() == 0) {
      return CloseReason.remote(ConnectionErrorCode.NO_ERROR);
    }
    return CloseReason.failure(ConnectionErrorCode.PROTOCOL_VIOLATION, refusal(event));
  }

  /** Why a connection did not come about. */
  static P2pException refusal(QuicConnectionCloseEvent event) {
    int error = event.error();
    if (!event.isApplicationClose() && error >= CRYPTO_ERROR && error <= LAST_CRYPTO_ERROR) {
      return new HandshakeException(
          "the remote refused the handshake: TLS alert " + (error - CRYPTO_ERROR) + text(event));
    }
    if (!event.isApplicationClose() && error == CONNECTION_REFUSED) {
      return new HandshakeException("the remote refuses connections" + text(event));
    }
    return new HandshakeException(
        "the remote closed the connection: "
            + (event.isApplicationClose() ? "code 0x" : "transport error 0x")
            + Integer.toHexString(error).toLowerCase(Locale.ROOT)
            + text(event));
  }

  private static ConnectionErrorCode code(QuicConnectionCloseEvent event) {
    return new ConnectionErrorCode(Integer.toUnsignedLong(event.error()));
  }

  private static String text(QuicConnectionCloseEvent event) {
    byte[] reason = reasonOf(event);
    if (reason.length == 0) {
      return "";
    }
    var text = new StringBuilder(" (");
    String decoded = new String(reason, StandardCharsets.UTF_8);
    decoded
        .chars()
        .limit(MAX_REASON_CHARS)
        .forEach(c -> text.append(Character.isISOControl(c) ? '?' : (char) c));
    return text.append(')').toString();
  }

  private static byte[] reasonOf(QuicConnectionCloseEvent event) {
    try {
      return event.reason();
    } catch (NullPointerException none) {
      // Netty copies the reason without a look whether the remote gave one
      return new byte[0];
    }
  }
}
