package io.ethpeerflow.gossipsub.sign;

/** Whether messages say who wrote them, and whether that is asked of others. */
public enum SigningPolicy {
  /** Sign, and take only what is signed: author, sequence number and signature are required. */
  STRICT_SIGN(true, true),
  /** Do not sign, and take only what has neither author, sequence number, signature nor key. */
  STRICT_NO_SIGN(false, true),
  /** Sign, and take what is not signed too; a signature that is there has to be right. */
  LAX_SIGN(true, false),
  /** Do not sign, and take what is signed too; a signature that is there has to be right. */
  LAX_NO_SIGN(false, false);

  private final boolean signs;
  private final boolean strict;

  SigningPolicy(boolean signs, boolean strict) {
    this.signs = signs;
    this.strict = strict;
  }

  /** Whether own messages are signed. */
  public boolean signs() {
    return signs;
  }

  /** Whether messages of others have to be as own ones are. */
  public boolean strict() {
    return strict;
  }
}
