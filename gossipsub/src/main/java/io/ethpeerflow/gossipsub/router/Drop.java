package io.ethpeerflow.gossipsub.router;

/** Why a message that a peer sent went no further. */
public enum Drop {
  /** Its topic is not subscribed to. */
  NOT_SUBSCRIBED,
  /** Its payload is longer than the topic allows. */
  TOO_LONG,
  /** Its fields are not as the signing policy has it. */
  MALFORMED,
  /** It claims to be ours. */
  OWN,
  /** Its id cannot be found. */
  NO_ID,
  /** Too many are in validation. */
  BUSY,
  /** Validation refused it. */
  REJECTED,
  /** Validation ignored it. */
  IGNORED
}
