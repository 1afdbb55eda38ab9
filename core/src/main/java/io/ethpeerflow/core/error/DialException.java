package io.ethpeerflow.core.error;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** No address of a peer could be dialed: a cause per address, at most {@link #MAX_CAUSES}. */
public class DialException extends P2pException {
  private static final long serialVersionUID = 1L;

  /** Causes kept; the rest is only counted. */
  public static final int MAX_CAUSES = 16;

  private final transient List<Attempt> attempts;
  private final int skipped;

  /**
   * One failed address.
   *
   * @param address as dialed
   * @param cause why it failed
   */
  public record Attempt(Multiaddr address, Throwable cause) {}

  /** All attempts failed, or there was none. */
  public DialException(@Nullable PeerId peer, String summary, List<Attempt> attempts) {
    super(message(peer, summary, attempts), attempts.isEmpty() ? null : attempts.get(0).cause());
    this.attempts = List.copyOf(attempts.subList(0, Math.min(MAX_CAUSES, attempts.size())));
    this.skipped = attempts.size() - this.attempts.size();
  }

  private static String message(@Nullable PeerId peer, String summary, List<Attempt> attempts) {
    var text = new StringBuilder("dial of ").append(peer == null ? "unnamed peer" : peer);
    text.append(": ").append(summary);
    for (Attempt attempt : attempts.subList(0, Math.min(MAX_CAUSES, attempts.size()))) {
      Throwable cause = attempt.cause();
      text.append("; ").append(attempt.address()).append(": ");
      text.append(
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
    if (attempts.size() > MAX_CAUSES) {
      text.append("; and ").append(attempts.size() - MAX_CAUSES).append(" more");
    }
    return text.toString();
  }

  /** A cause per address. */
  public List<Attempt> attempts() {
    return attempts;
  }

  /** How many more failed. */
  public int skipped() {
    return skipped;
  }
}
