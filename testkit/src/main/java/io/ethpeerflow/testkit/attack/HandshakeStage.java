package io.ethpeerflow.testkit.attack;

/** How far a connection has come when an attack begins, from the socket to a stream. */
public enum HandshakeStage {
  /** Connected, nothing sent. */
  CONNECTED,
  /** Half of multistream's header sent. */
  WITHIN_HEADER,
  /** Header sent and received. */
  AFTER_HEADER,
  /** Half of the proposal of Noise sent. */
  WITHIN_PROPOSAL,
  /** Noise agreed. */
  SECURITY_AGREED,
  /** Half of Noise's message 1 sent. */
  WITHIN_MESSAGE_1,
  /** Message 2 received. */
  AFTER_MESSAGE_2,
  /** Half of message 3 sent. */
  WITHIN_MESSAGE_3,
  /** Secured, no muxer agreed. */
  SECURED,
  /** Half of the proposal of the muxer sent. */
  WITHIN_MUXER,
  /** Yamux agreed. */
  ESTABLISHED,
  /** A stream open, half of its header sent. */
  WITHIN_STREAM_HEADER,
  /** A stream open, ping agreed. */
  STREAM_AGREED;

  /** Whether the deadline of the upgrade still runs. */
  public boolean isUpgrading() {
    return compareTo(ESTABLISHED) < 0;
  }
}
