package io.ethpeerflow.gossipsub.sign;

/** Why a message does not satisfy a {@link SigningPolicy}. */
public enum Refusal {
  /** Nobody may be named as the author, and somebody is. */
  UNEXPECTED_FROM,
  /** There may be no sequence number, and there is one. */
  UNEXPECTED_SEQNO,
  /** There may be no signature, and there is one. */
  UNEXPECTED_SIGNATURE,
  /** There may be no key, and there is one. */
  UNEXPECTED_KEY,
  /** The author is missing. */
  MISSING_FROM,
  /** The sequence number is missing. */
  MISSING_SEQNO,
  /** The signature is missing. */
  MISSING_SIGNATURE,
  /** The author's id does not contain the key, and the message does not either. */
  MISSING_KEY,
  /** The author is not a peer id. */
  MALFORMED_FROM,
  /** The sequence number does not have 8 bytes. */
  MALFORMED_SEQNO,
  /** The key, in the message or in the author's id, is not one. */
  MALFORMED_KEY,
  /** The key is not the author's. */
  KEY_OF_ANOTHER,
  /** The signature is not the author's signature of this message. */
  INVALID_SIGNATURE
}
