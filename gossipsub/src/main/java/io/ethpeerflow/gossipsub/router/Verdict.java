package io.ethpeerflow.gossipsub.router;

/** What validation says about a message. */
// [spec gossipsub-1.1/validators]
public enum Verdict {
  /** It is delivered and forwarded. */
  ACCEPT,
  /** It is dropped, and whoever brought it loses score. */
  REJECT,
  /** It is dropped, and nobody is to blame. */
  IGNORE
}
