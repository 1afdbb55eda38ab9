package io.ethpeerflow.crypto.signature;

/** What is done with signatures. The two are chosen apart: who verifies fastest may not sign. */
public enum SignatureOperation {
  /** Checking what a remote signed. */
  VERIFY,
  /** Signing, deterministically. */
  SIGN
}
