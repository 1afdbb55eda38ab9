package io.ethpeerflow.testkit.attack;

import java.util.Arrays;

/** Noise's transport records by hand. */
public final class NoiseWire implements Wire {
  /** Plaintext that one record holds at most. */
  public static final int MAX_RECORD_BYTES = 65_519;

  private static final byte[] NOTHING = {};

  private final Wire wire;
  private final NoiseCipher sender;
  private final NoiseCipher receiver;
  private byte[] opened = NOTHING;
  private int position;

  NoiseWire(Wire wire, NoiseCipher sender, NoiseCipher receiver) {
    this.wire = wire;
    this.sender = sender;
    this.receiver = receiver;
  }

  /** One record, framed and sealed; the caller must write it, because it counts. */
  public byte[] record(byte[] plaintext) {
    return NoiseAttack.framed(sender.seal(plaintext, NOTHING));
  }

  @Override
  public void write(byte[] bytes) {
    for (int from = 0; from < bytes.length; from += MAX_RECORD_BYTES) {
      int to = Math.min(bytes.length, from + MAX_RECORD_BYTES);
      wire.write(record(Arrays.copyOfRange(bytes, from, to)));
    }
  }

  @Override
  public byte[] read(int bytes) {
    byte[] result = new byte[bytes];
    int have = 0;
    while (have < bytes) {
      if (position == opened.length) {
        byte[] length = wire.read(2);
        opened = receiver.open(wire.read((length[0] & 0xff) << 8 | length[1] & 0xff), NOTHING);
        position = 0;
      }
      int part = Math.min(opened.length - position, bytes - have);
      System.arraycopy(opened, position, result, have, part);
      position += part;
      have += part;
    }
    return result;
  }
}
