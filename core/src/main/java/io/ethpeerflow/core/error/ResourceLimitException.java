package io.ethpeerflow.core.error;

/** A limit was reached: says which scope, which limit, and how much was in use. */
public class ResourceLimitException extends P2pException {
  private static final long serialVersionUID = 1L;

  private final String scope;
  private final String limit;
  private final long allowed;
  private final long inUse;

  /**
   * A refusal.
   *
   * @param scope for example {@code system} or {@code peer:12D3KooW...}
   * @param limit for example {@code inboundStreams}
   * @param allowed the limit's value
   * @param inUse what was in use before the request
   * @param requested what was asked for
   */
  public ResourceLimitException(
      String scope, String limit, long allowed, long inUse, long requested) {
    super(
        "limit "
            + limit
            + " of scope "
            + scope
            + " reached: "
            + inUse
            + " in use, "
            + requested
            + " requested, "
            + allowed
            + " allowed");
    this.scope = scope;
    this.limit = limit;
    this.allowed = allowed;
    this.inUse = inUse;
  }

  /** Which scope refused. */
  public String scope() {
    return scope;
  }

  /** Which of its limits. */
  public String limit() {
    return limit;
  }

  /** The limit's value. */
  public long allowed() {
    return allowed;
  }

  /** What was in use. */
  public long inUse() {
    return inUse;
  }
}
