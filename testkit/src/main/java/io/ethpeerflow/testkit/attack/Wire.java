package io.ethpeerflow.testkit.attack;

/** Bytes both ways, in order: a socket, or what a layer makes of the one below. */
public interface Wire {
  /**
   * Writes all of the bytes.
   *
   * @throws RemoteEndedException if the remote has ended the connection
   * @throws AssertionError if the remote does not take them in time
   */
  void write(byte[] bytes);

  /**
   * Reads exactly so many bytes.
   *
   * @throws RemoteEndedException if the remote ends the connection first
   * @throws AssertionError if they do not come in time
   */
  byte[] read(int bytes);
}
