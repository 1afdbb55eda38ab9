package io.ethpeerflow.core.error;

/**
 * A limit was reached: says which scope, which limit, and how much was in use.
 *
 * <p>Cheap to make, because a flood of refusals is when it is made: it has no stack trace, and its
 * message is put together when somebody asks for it.
 */
public final class ResourceLimitException extends P2pException {
  private static final long serialVersionUID = 1L;

  private final String scope;
  private final String limit;
  private final long allowed;
  private final long inUse;
  private final long requested;

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
    super(null, null, false);
    this.scope = scope;
    this.limit = limit;
    this.allowed = allowed;
    this.inUse = inUse;
    this.requested = requested;
  }

  @Override
  public String getMessage() {
    return "limit "
        + limit
        + " of scope "
        + scope
        + " reached: "
        + inUse
        + " in use, "
        + requested
        + " requested, "
        + allowed
        + " allowed";
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

  /** What was in use before the request. */
  public long inUse() {
    return inUse;
  }

  /** What was asked for. */
  public long requested() {
    return requested;
  }
}
