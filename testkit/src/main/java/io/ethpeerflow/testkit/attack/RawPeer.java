package io.ethpeerflow.testkit.attack;

import static io.ethpeerflow.testkit.attack.HandshakeStage.AFTER_HEADER;
import static io.ethpeerflow.testkit.attack.HandshakeStage.AFTER_MESSAGE_2;
import static io.ethpeerflow.testkit.attack.HandshakeStage.ESTABLISHED;
import static io.ethpeerflow.testkit.attack.HandshakeStage.SECURED;
import static io.ethpeerflow.testkit.attack.HandshakeStage.SECURITY_AGREED;
import static io.ethpeerflow.testkit.attack.HandshakeStage.STREAM_AGREED;
import static io.ethpeerflow.testkit.attack.HandshakeStage.WITHIN_HEADER;
import static io.ethpeerflow.testkit.attack.HandshakeStage.WITHIN_MESSAGE_1;
import static io.ethpeerflow.testkit.attack.HandshakeStage.WITHIN_MESSAGE_3;
import static io.ethpeerflow.testkit.attack.HandshakeStage.WITHIN_MUXER;
import static io.ethpeerflow.testkit.attack.HandshakeStage.WITHIN_PROPOSAL;
import static io.ethpeerflow.testkit.attack.HandshakeStage.WITHIN_STREAM_HEADER;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A dialing peer over TCP, Noise and Yamux that goes as far as it is told and then does what it
 * likes: its socket, its secured wire and its frames are all in the test's hands.
 *
 * <p>Threading: one thread at a time; a second one may write while the first reads.
 */
public final class RawPeer implements AutoCloseable {
  /** The muxer. */
  public static final String YAMUX = "/yamux/1.0.0";

  /** The security protocol. */
  public static final String NOISE = "/noise";

  /** A protocol that every host serves. */
  public static final String PING = "/ipfs/ping/1.0.0";

  private final AttackSocket socket;
  private final Identity identity;
  private @Nullable NoiseAttack noise;
  private @Nullable NoiseWire secured;
  private int nextStream = 1;

  private RawPeer(AttackSocket socket, Identity identity) {
    this.socket = socket;
    this.identity = identity;
  }

  /**
   * Connects and goes up to a stage.
   *
   * @param limit for each call that waits
   */
  public static RawPeer reach(
      HandshakeStage stage, InetSocketAddress target, Identity identity, Duration limit) {
    var peer = new RawPeer(AttackSocket.connect(target, limit), identity);
    try {
      peer.advance(stage);
      return peer;
    } catch (RuntimeException | AssertionError failed) {
      peer.close();
      throw failed;
    }
  }

  /** Connects up to Yamux, agreed on within the handshake. */
  public static RawPeer connect(
      InetSocketAddress target, @Nullable InetAddress source, Identity identity, Duration limit) {
    var peer = new RawPeer(AttackSocket.connect(target, source, limit), identity);
    try {
      Multistream.propose(peer.socket, NOISE);
      NoiseAttack handshake = peer.shakeHands();
      peer.socket.write(handshake.message3(identity.noisePayload(handshake.staticKey(), YAMUX)));
      peer.secured = handshake.secured();
      return peer;
    } catch (RuntimeException | AssertionError failed) {
      peer.close();
      throw failed;
    }
  }

  private NoiseAttack shakeHands() {
    var handshake = new NoiseAttack(socket);
    noise = handshake;
    socket.write(handshake.message1());
    handshake.readMessage2();
    return handshake;
  }

  private void advance(HandshakeStage stage) {
    if (stage.compareTo(WITHIN_HEADER) >= 0) {
      send(socket, Multistream.message(Multistream.HEADER), stage == WITHIN_HEADER);
    }
    if (stage.compareTo(AFTER_HEADER) >= 0) {
      Multistream.expect(socket, Multistream.HEADER);
    }
    if (stage.compareTo(WITHIN_PROPOSAL) >= 0) {
      send(socket, Multistream.message(NOISE), stage == WITHIN_PROPOSAL);
    }
    if (stage.compareTo(SECURITY_AGREED) >= 0) {
      Multistream.expect(socket, NOISE);
      noise = new NoiseAttack(socket);
    }
    if (stage.compareTo(WITHIN_MESSAGE_1) >= 0) {
      send(socket, noise().message1(), stage == WITHIN_MESSAGE_1);
    }
    if (stage.compareTo(AFTER_MESSAGE_2) >= 0) {
      noise().readMessage2();
    }
    if (stage.compareTo(WITHIN_MESSAGE_3) >= 0) {
      byte[] payload = identity.noisePayload(noise().staticKey());
      send(socket, noise().message3(payload), stage == WITHIN_MESSAGE_3);
    }
    if (stage.compareTo(SECURED) >= 0) {
      secured = noise().secured();
    }
    if (stage.compareTo(WITHIN_MUXER) >= 0) {
      secured().write(Multistream.message(Multistream.HEADER));
      send(secured(), Multistream.message(YAMUX), stage == WITHIN_MUXER);
    }
    if (stage.compareTo(ESTABLISHED) >= 0) {
      Multistream.expect(secured(), Multistream.HEADER);
      Multistream.expect(secured(), YAMUX);
    }
    if (stage == WITHIN_STREAM_HEADER) {
      send(YamuxFrame.data(YamuxFrame.SYN, takeStreamId(), half(Multistream.message(PING))));
    }
    if (stage == STREAM_AGREED) {
      open(PING);
    }
  }

  private static void send(Wire wire, byte[] message, boolean onlyHalf) {
    wire.write(onlyHalf ? half(message) : message);
  }

  private static byte[] half(byte[] message) {
    return Bytes.first(message, message.length / 2);
  }

  /** The socket below everything. */
  public AttackSocket socket() {
    return socket;
  }

  /** The handshake, once Noise was agreed. */
  public NoiseAttack noise() {
    NoiseAttack handshake = noise;
    if (handshake == null) {
      throw new IllegalStateException("Noise was not agreed");
    }
    return handshake;
  }

  /** The secured wire, once the handshake is over. */
  public NoiseWire secured() {
    NoiseWire wire = secured;
    if (wire == null) {
      throw new IllegalStateException("the handshake is not over");
    }
    return wire;
  }

  /** Who this peer says it is. */
  public Identity identity() {
    return identity;
  }

  /** Sends frames, in one record where they fit. */
  public void send(YamuxFrame... frames) {
    secured().write(YamuxFrame.encode(frames));
  }

  /** The next frame that matches; the remote's pings are answered, the rest is dropped. */
  public YamuxFrame await(Predicate<YamuxFrame> wanted) {
    while (true) {
      YamuxFrame frame = YamuxFrame.read(secured());
      if (frame.type() == YamuxFrame.PING && frame.has(YamuxFrame.SYN)) {
        send(YamuxFrame.ping(YamuxFrame.ACK, frame.length()));
      }
      if (wanted.test(frame)) {
        return frame;
      }
    }
  }

  /** The code of the GoAway that ends the session. */
  public long awaitGoAway() {
    return await(frame -> frame.type() == YamuxFrame.GO_AWAY).length();
  }

  /** The code with which the remote resets a stream. */
  public long awaitReset(int stream) {
    return await(frame -> frame.streamId() == stream && frame.has(YamuxFrame.RST)).length();
  }

  /** The number of the next stream that this side opens. */
  public int takeStreamId() {
    int id = nextStream;
    nextStream += 2;
    return id;
  }

  /** Opens a stream and agrees on a protocol. */
  public int open(String protocol) {
    int id = openUnanswered(protocol);
    var stream = new StreamWire(this, id);
    Multistream.expect(stream, Multistream.HEADER);
    Multistream.expect(stream, protocol);
    return id;
  }

  /** Opens a stream, proposes a protocol and reads nothing. */
  public int openUnanswered(String protocol) {
    int id = takeStreamId();
    send(YamuxFrame.data(YamuxFrame.SYN, id, proposal(protocol)));
    return id;
  }

  /** What a dialer of a stream sends first. */
  public static byte[] proposal(String protocol) {
    return Bytes.join(Multistream.message(Multistream.HEADER), Multistream.message(protocol));
  }

  /**
   * Takes the next stream that the remote opens and agrees to what it proposes first.
   *
   * @return the stream
   */
  public StreamWire accept() {
    YamuxFrame syn = await(frame -> frame.has(YamuxFrame.SYN) && frame.streamId() != 0);
    var stream = new StreamWire(this, syn.streamId(), syn.payload());
    Multistream.expect(stream, Multistream.HEADER);
    String protocol = Multistream.receive(stream);
    send(YamuxFrame.data(YamuxFrame.ACK, syn.streamId(), proposal(protocol)));
    return stream;
  }

  /** Closes the socket, whatever was agreed. Idempotent. */
  @Override
  public void close() {
    socket.close();
  }
}
