package io.ethpeerflow.testkit.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Multistream-select 1.0, message by message. */
public final class Multistream {
  /** What both sides say first. */
  public static final String HEADER = "/multistream/1.0.0";

  /** Longer messages of the remote are a failure of the test. */
  private static final int MAX_MESSAGE_BYTES = 16 << 10;

  private Multistream() {}

  /** A message as it is sent: its length, the text, a newline. */
  public static byte[] message(String text) {
    byte[] body = (text + "\n").getBytes(UTF_8);
    return Bytes.join(Bytes.uvarint(body.length), body);
  }

  /** Reads one message, without its newline. */
  public static String receive(Wire wire) {
    long length = Bytes.readUvarint(wire);
    if (length < 1 || length > MAX_MESSAGE_BYTES) {
      throw new AssertionError("a multistream message of " + length + " bytes");
    }
    byte[] body = wire.read((int) length);
    return new String(body, 0, body.length - 1, UTF_8);
  }

  /** Both headers, then a proposal that the remote must accept. */
  public static void propose(Wire wire, String protocol) {
    wire.write(Bytes.join(message(HEADER), message(protocol)));
    expect(wire, HEADER);
    expect(wire, protocol);
  }

  /** Reads one message that must be this one. */
  public static void expect(Wire wire, String text) {
    String got = receive(wire);
    if (!got.equals(text)) {
      throw new AssertionError("the remote said " + got + ", expected " + text);
    }
  }
}
