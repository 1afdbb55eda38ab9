package io.ethpeerflow.host.abuse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.StreamWire;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What a peer may say of itself: the victim asks every peer, and some answer with bombs. */
class IdentifyAbuseTest extends AbuseTest {
  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRESSES = 2;
  private static final int PROTOCOLS = 3;
  private static final int SIGNED_RECORD = 8;
  private static final String PUSH = "/ipfs/id/push/1.0.0";
  private static final int MAX_MESSAGE_BYTES = 8192;
  private static final byte[] ADDRESS = Bytes.of(4, 10, 1, 2, 3, 6, 16, 1);

  @Override
  VictimSettings settings() {
    return VictimSettings.HASTY;
  }

  /** Answers the victim's question with bytes, in frames that fit its window, and ends. */
  private void answer(RawPeer peer, byte[] answer) {
    StreamWire asked = peer.accept();
    asked.write(answer);
    peer.send(YamuxFrame.data(YamuxFrame.FIN, asked.id(), new byte[0]));
  }

  private void answerOfANewPeer(byte[] answer) {
    answer(attacker(HandshakeStage.ESTABLISHED), answer);
  }

  private static byte[] fields(int number, byte[] value, int count) {
    return Bytes.repeat(Bytes.field(number, value), count);
  }

  @Test
  void anAnswerThatClaimsMoreThanAMessageMayHaveIsRefusedBeforeItIsHeld() {
    answerOfANewPeer(Bytes.uvarint(MAX_MESSAGE_BYTES + 1));
    awaitSaid(1, "identify failed", "8193");
    answerOfANewPeer(Bytes.uvarint(1L << 40));
    awaitSaid(2, "identify failed");
    answerOfANewPeer(Bytes.join(Bytes.repeat(Bytes.of(0xff), 9), Bytes.of(1)));
    awaitSaid(3, "identify failed");
  }

  @Test
  void anAnswerOfMoreMessagesThanAllowedIsReadUpToTheBound() {
    byte[] message = Bytes.framed(fields(PROTOCOLS, "/a".getBytes(US_ASCII), 1000));
    answerOfANewPeer(Bytes.repeat(message, 40));
    awaitSaid(1, "identified protocols=1 addresses=0");
  }

  @Test
  void anAnswerThatIsAnnouncedAndNeverComesIsGivenUp() {
    StreamWire asked = attacker(HandshakeStage.ESTABLISHED).accept();
    asked.write(Bytes.join(Bytes.uvarint(4096), new byte[100]));
    awaitSaid(1, "identify failed");
  }

  @Test
  void hugeListsAreCutToTheirBounds() {
    var answer = new ByteArrayOutputStream();
    int name = 0;
    for (int i = 0; i < 9; i++) {
      var message = new ByteArrayOutputStream();
      while (message.size() < MAX_MESSAGE_BYTES - 40) {
        name++;
        message.writeBytes(Bytes.field(PROTOCOLS, ("/" + name).getBytes(US_ASCII)));
        message.writeBytes(
            Bytes.field(LISTEN_ADDRESSES, Bytes.of(4, 10, 1, 2, 3, 6, name >> 8, name)));
      }
      answer.writeBytes(Bytes.framed(message.toByteArray()));
    }
    assertThat(name).isGreaterThan(3_000);
    answerOfANewPeer(answer.toByteArray());
    awaitSaid(1, "identified protocols=1024 addresses=500 remembered=64");
  }

  @Test
  void addressesOfUnknownKindsAreSkippedOneByOne() {
    byte[] unknown = Bytes.join(Bytes.uvarint(0x7fff_fff0), new byte[20]);
    byte[] endless = Bytes.repeat(ADDRESS, 400);
    answerOfANewPeer(
        Bytes.framed(
            Bytes.join(
                fields(LISTEN_ADDRESSES, unknown, 20),
                Bytes.field(LISTEN_ADDRESSES, ADDRESS),
                Bytes.field(LISTEN_ADDRESSES, endless),
                Bytes.field(LISTEN_ADDRESSES, new byte[0]))));
    awaitSaid(1, "identified protocols=0 addresses=1 remembered=1");
  }

  @Test
  void somebodyElsesKeyIsRefused() {
    answerOfANewPeer(Bytes.framed(Bytes.field(PUBLIC_KEY, Identity.create().publicKey())));
    awaitSaid(1, "identify failed", "identify: a public key that is not");
    answerOfANewPeer(Bytes.framed(Bytes.field(PUBLIC_KEY, Bytes.of(8, 1, 0x12, 1, 0))));
    awaitSaid(2, "identify failed");
  }

  @Test
  void aRecordWithAWrongSignatureIsIgnored() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    byte[] record = Bytes.field(1, peer.identity().peerId());
    byte[] forged = peer.identity().envelope(record, new byte[64]);
    answer(peer, Bytes.framed(Bytes.field(SIGNED_RECORD, forged)));
    awaitSaid(1, "signed record ignored");
    awaitSaid(1, "identified protocols=0 addresses=0 remembered=0");
  }

  @Test
  void aRecordOfAnotherPeerIsNotRemembered() {
    Identity other = Identity.create();
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    byte[] ofOther = other.signedRecord(other.peerId(), 1, ADDRESS);
    answer(peer, Bytes.framed(Bytes.field(SIGNED_RECORD, ofOther)));
    awaitSaid(1, "identified protocols=0 addresses=0 remembered=0");
    RawPeer liar = attacker(HandshakeStage.ESTABLISHED);
    byte[] aboutOther = liar.identity().signedRecord(other.peerId(), 1, ADDRESS);
    answer(liar, Bytes.framed(Bytes.field(SIGNED_RECORD, aboutOther)));
    awaitSaid(2, "identified protocols=0 addresses=0 remembered=0");
  }

  @Test
  void aRecordOfItsOwnIsRememberedUpToTheBound() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    byte[][] addresses = Collections.nCopies(90, ADDRESS).toArray(byte[][]::new);
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = Bytes.of(4, 10, 1, 2, 3, 6, 16, i);
    }
    byte[] record = peer.identity().signedRecord(peer.identity().peerId(), 1, addresses);
    answer(peer, Bytes.framed(Bytes.field(SIGNED_RECORD, record)));
    awaitSaid(1, "identified protocols=0 addresses=0 remembered=64");
  }

  @Test
  void garbageInsteadOfAMessageIsRefusedByName() {
    answerOfANewPeer(Bytes.framed(Bytes.repeat(Bytes.of(0xff), 4096)));
    awaitSaid(1, "identify failed", "identify: ");
  }

  @Test
  void aPushOfABombResetsItsStream() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    int tooLong = peer.open(PUSH);
    peer.send(YamuxFrame.data(0, tooLong, Bytes.uvarint(1L << 30)));
    assertThat(peer.awaitReset(tooLong)).as("PROTOCOL_VIOLATION").isEqualTo(0x1004);
    int garbage = peer.open(PUSH);
    peer.send(YamuxFrame.data(0, garbage, Bytes.framed(Bytes.repeat(Bytes.of(0xff), 64))));
    assertThat(peer.awaitReset(garbage)).as("PROTOCOL_VIOLATION").isEqualTo(0x1004);
    peer.open(RawPeer.PING);
  }

  @Test
  void aFloodOfPushesEndsInNoMoreThanOnePeersLists() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    for (int i = 0; i < 200; i++) {
      byte[] names = ("/n" + i).getBytes(US_ASCII);
      int stream = peer.openUnanswered(PUSH);
      peer.send(YamuxFrame.data(YamuxFrame.FIN, stream, Bytes.framed(fields(PROTOCOLS, names, 1))));
    }
    awaitSaid(200, "identified protocols=1 addresses=0 remembered=0");
  }
}
