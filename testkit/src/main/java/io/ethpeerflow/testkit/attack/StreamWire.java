package io.ethpeerflow.testkit.attack;

/** One stream of a {@link RawPeer} as bytes; frames of other streams are dropped meanwhile. */
public final class StreamWire implements Wire {
  private final RawPeer peer;
  private final int id;
  private byte[] arrived;
  private int position;

  StreamWire(RawPeer peer, int id) {
    this(peer, id, new byte[0]);
  }

  StreamWire(RawPeer peer, int id, byte[] arrived) {
    this.peer = peer;
    this.id = id;
    this.arrived = arrived;
  }

  /** Its number. */
  public int id() {
    return id;
  }

  @Override
  public void write(byte[] bytes) {
    peer.send(YamuxFrame.data(0, id, bytes));
  }

  @Override
  public byte[] read(int bytes) {
    byte[] result = new byte[bytes];
    int have = 0;
    while (have < bytes) {
      if (position == arrived.length) {
        YamuxFrame frame = peer.await(next -> next.streamId() == id);
        if (frame.has(YamuxFrame.RST)) {
          throw new AssertionError("stream " + id + " was reset with code " + frame.length());
        }
        arrived = frame.payload();
        position = 0;
      }
      int part = Math.min(arrived.length - position, bytes - have);
      System.arraycopy(arrived, position, result, have, part);
      position += part;
      have += part;
    }
    return result;
  }
}
