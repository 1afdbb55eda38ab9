package io.ethpeerflow.gossipsub.sim;

import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.ethpeerflow.wire.peer.PeerId;

/** Somebody in a simulated network who speaks pubsub, honestly or not. */
interface Participant {
  /** Who it says it is; nothing proves it here. */
  PeerId id();

  /** Where it is. */
  SimNode node();

  /** Its thread. */
  VirtualLoop loop();

  /** What may wait for one of its peers. */
  QueueConfig queueConfig();

  /** A connection stands and the other side has said who it is. */
  void onPeer(SimLink link);

  /** The other side says something. */
  void onRpc(SimLink link, Rpc rpc);

  /** A connection has ended. */
  void onGone(SimLink link);
}
