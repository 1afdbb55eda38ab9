package io.ethpeerflow.core.sim;

/** A way in which an {@link InsecureTestSecurity} can be broken, to see that the suite notices. */
public enum SecurityDefect {
  /** It keeps the contract. */
  NONE,
  /** Anyone is taken for the expected peer. */
  SKIPS_IDENTITY_CHECK,
  /** Only the initiator looks at the peer. */
  RESPONDER_SKIPS_IDENTITY_CHECK,
  /** The remote's signature is not verified. */
  SKIPS_PROOF,
  /** The muxer is the first that we offer. */
  PICKS_A_MUXER_THAT_WAS_NOT_OFFERED,
  /** Each side picks by its own order. */
  SIDES_PICK_DIFFERENT_MUXERS,
  /** Bytes behind the handshake are dropped. */
  LOSES_BYTES_BEHIND_THE_HANDSHAKE,
  /** The result stays open when the link ends. */
  HANGS_WHEN_THE_LINK_ENDS,
  /** Fails with something else than a handshake exception. */
  FAILS_WITH_ANOTHER_EXCEPTION,
  /** Buffers of the handshake stay when it fails. */
  LEAKS_ON_FAILURE,
  /** Goes on after its result was cancelled. */
  IGNORES_CANCELLATION,
  /** Believes any length of a handshake message. */
  BUFFERS_WITHOUT_BOUND,
  /** Records are sent as they are. */
  SENDS_PLAINTEXT,
  /** Records that were changed are delivered. */
  DELIVERS_CHANGED_RECORDS,
  /** A record that never got whole is overlooked. */
  IGNORES_TRUNCATION,
  /** The cause of the link's end is forgotten. */
  LOSES_THE_CAUSE,
  /** The indices of a frame's head are moved. */
  MOVES_THE_HEAD,
  /** All of a frame's body is written, or its index stays. */
  IGNORES_BODY_BYTES,
  /** The receiver is not told that a read is complete. */
  LOSES_READ_COMPLETE,
  /** Says that it is always writable. */
  ALWAYS_WRITABLE,
  /** Buffers that are written are not released. */
  KEEPS_WRITTEN_BUFFERS
}
