package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;

/**
 * The budget of a host. Something is charged to all scopes that it counts in (system; transient
 * until a peer or protocol is known, then peer and protocol; connection) or to none: a refusal
 * leaves nothing reserved. Any thread.
 */
public interface Limits {
  /**
   * Reserves a connection before its socket is opened or used.
   *
   * @param usesDescriptor whether it costs a file descriptor of its own
   * @throws io.ethpeerflow.core.error.ResourceLimitException naming scope, limit and use
   */
  ConnectionScope openConnection(Direction direction, boolean usesDescriptor);
}
