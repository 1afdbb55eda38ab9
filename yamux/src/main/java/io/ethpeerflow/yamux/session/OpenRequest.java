package io.ethpeerflow.yamux.session;

import io.ethpeerflow.core.error.P2pException;

/** Somebody who wants an outbound stream; exactly one of the methods is called, once. */
public interface OpenRequest {
  /** Here it is; set its events before anything else. */
  void granted(SessionStream stream);

  /** There is none. */
  void failed(P2pException cause);
}
