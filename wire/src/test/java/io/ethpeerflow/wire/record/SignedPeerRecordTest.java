package io.ethpeerflow.wire.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.TestRandom;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.record.SignedPeerRecord.Form;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignedPeerRecordTest {
  private static final SecureRandom RANDOM = TestRandom.seeded(1);
  private static final PrivateKey KEY = PrivateKey.generate(KeyType.ED25519, RANDOM);
  private static final PeerId PEER = PeerId.of(KEY.publicKey());
  private static final List<Multiaddr> ADDRESSES =
      List.of(
          Multiaddr.of("/ip4/192.0.2.1/tcp/4001"),
          Multiaddr.of("/ip6/2001:db8::1/udp/4001/quic-v1"));
  private static final PeerRecord RECORD = new PeerRecord(PEER, 42, ADDRESSES);

  @ParameterizedTest
  @EnumSource
  // [spec peer-record/forms]
  void opensWhatItSealedInEitherForm(Form form) throws Exception {
    SignedPeerRecord signed = SignedPeerRecord.seal(RECORD, KEY, form);

    SignedPeerRecord again = SignedPeerRecord.open(signed.toBytes());
    assertThat(again).isEqualTo(signed).hasSameHashCodeAs(signed);
    assertThat(again.record()).isEqualTo(RECORD);
    assertThat(again.form()).isEqualTo(form);
    assertThat(again.toBytes()).isEqualTo(signed.toBytes());
  }

  @ParameterizedTest
  @EnumSource
  void signsWithEveryTypeOfKey(KeyType type) throws Exception {
    PrivateKey key = PrivateKey.generate(type, RANDOM);
    var record = new PeerRecord(PeerId.of(key.publicKey()), -1, ADDRESSES);

    assertThat(SignedPeerRecord.open(SignedPeerRecord.seal(record, key).toBytes()).record())
        .isEqualTo(record);
  }

  @Test
  // [spec peer-record/forms]
  // [spec peer-record/fields]
  // [spec envelope/signature]
  void writesTheStandardFormAsDeployedPeersDo() throws Exception {
    ProtoReader in = ProtoReader.of(SignedPeerRecord.seal(RECORD, KEY).toBytes());

    assertThat(at(in, 1).bytes(100)).isEqualTo(KEY.publicKey().toBytes());
    assertThat(at(in, 2).bytes(100)).containsExactly(3, 1);
    byte[] payload = at(in, 3).bytes(1000);
    byte[] signature = at(in, 5).bytes(64);
    assertThat(in.next()).isFalse();
    byte[] signed = new byte[1 + 18 + 1 + 2 + 1 + payload.length];
    signed[0] = 18;
    System.arraycopy("libp2p-peer-record".getBytes(US_ASCII), 0, signed, 1, 18);
    signed[19] = 2;
    signed[20] = 3;
    signed[21] = 1;
    signed[22] = (byte) payload.length;
    System.arraycopy(payload, 0, signed, 23, payload.length);
    assertThat(payload.length).isLessThan(128);
    assertThat(KEY.publicKey().verify(signed, signature)).isTrue();

    ProtoReader record = ProtoReader.of(payload);
    assertThat(at(record, 1).bytes(100)).isEqualTo(PEER.toBytes());
    assertThat(at(record, 2).varint()).isEqualTo(42);
    for (Multiaddr address : ADDRESSES) {
      ProtoReader info = at(record, 3).message(100);
      assertThat(at(info, 1).bytes(100)).isEqualTo(address.toBytes());
      assertThat(info.next()).isFalse();
    }
    assertThat(record.next()).isFalse();
  }

  @Test
  // [spec peer-record/forms]
  void writesTheLegacyFormOnRequest() throws Exception {
    ProtoReader in = ProtoReader.of(SignedPeerRecord.seal(RECORD, KEY, Form.LEGACY).toBytes());

    at(in, 1).skip();
    assertThat(at(in, 2).string(100)).isEqualTo("/libp2p/routing-state-record");
    Envelope.open(
        SignedPeerRecord.seal(RECORD, KEY, Form.LEGACY).toBytes(), "libp2p-routing-state");
  }

  private static ProtoReader at(ProtoReader in, int field) throws WireFormatException {
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(field);
    return in;
  }

  @Test
  // [spec peer-record/signer]
  void refusesARecordOfAnotherPeer() {
    PrivateKey other = PrivateKey.generate(KeyType.ED25519, RANDOM);
    byte[] foreign =
        Envelope.seal(other, "libp2p-peer-record", new byte[] {3, 1}, RECORD.toBytes()).toBytes();

    assertThatThrownBy(() -> SignedPeerRecord.open(foreign))
        .hasMessageContainingAll(PEER.toString(), "signed by");
    assertThatThrownBy(() -> SignedPeerRecord.seal(RECORD, other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  // [spec envelope/domain]
  void refusesTheDomainOfOneFormWithTheTypeOfTheOther() {
    byte[] crossed =
        Envelope.seal(KEY, Form.LEGACY.domain(), new byte[] {3, 1}, RECORD.toBytes()).toBytes();

    assertThatThrownBy(() -> SignedPeerRecord.open(crossed))
        .hasMessageContaining("not valid for its key and the domain");
  }

  @Test
  void refusesOtherPayloadTypes() {
    byte[] uvarintType =
        Envelope.seal(KEY, Form.STANDARD.domain(), new byte[] {(byte) 0x81, 6}, RECORD.toBytes())
            .toBytes();

    assertThatThrownBy(() -> SignedPeerRecord.open(uvarintType))
        .hasMessageContaining("payload type");
  }

  @Test
  // [spec peer-record/verify-first]
  // [spec envelope/signature]
  void refusesEveryChangeOfASignedRecord() {
    byte[] good = SignedPeerRecord.seal(RECORD, KEY).toBytes();
    for (int i = 0; i < good.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> SignedPeerRecord.open(bad))
            .isInstanceOf(WireFormatException.class);
      }
    }
    Seeds.check(
        200,
        random ->
            assertThatThrownBy(() -> SignedPeerRecord.open(random.bytes(100)))
                .isInstanceOf(WireFormatException.class));
  }

  @Test
  void leavesAddressesOfUnknownProtocolsOut() throws Exception {
    byte[] payload =
        ProtoWriter.bytesOf(
            out ->
                out.bytes(1, PEER.toBytes())
                    .message(3, info -> info.bytes(1, new byte[] {28}))
                    .message(3, info -> info.bytes(1, ADDRESSES.get(0).toBytes()))
                    .message(3, info -> {}));

    assertThat(PeerRecord.decode(payload))
        .isEqualTo(new PeerRecord(PEER, 0, ADDRESSES.subList(0, 1)));
  }

  @Test
  void keepsABoundedNumberOfAddresses() throws Exception {
    byte[] payload =
        ProtoWriter.bytesOf(
            out -> {
              out.bytes(1, PEER.toBytes());
              for (int i = 0; i < 2 * PeerRecord.MAX_ADDRESSES; i++) {
                out.message(3, info -> info.bytes(1, ADDRESSES.get(0).toBytes()));
              }
            });

    assertThat(PeerRecord.decode(payload).addresses()).hasSize(PeerRecord.MAX_ADDRESSES);
    List<Multiaddr> tooMany = Collections.nCopies(PeerRecord.MAX_ADDRESSES + 1, ADDRESSES.get(0));
    assertThatThrownBy(() -> new PeerRecord(PEER, 0, tooMany))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesARecordOfNobody() {
    assertThatThrownBy(() -> PeerRecord.decode(new byte[0]))
        .hasMessageContaining("without peer id");
  }

  @Test
  // [spec peer-record/sequence]
  void ordersSequencesAsUnsigned() {
    var old = new PeerRecord(PEER, Long.MAX_VALUE, List.of());
    var next = new PeerRecord(PEER, Long.MIN_VALUE, List.of());

    assertThat(next.isNewerThan(old)).isTrue();
    assertThat(old.isNewerThan(next)).isFalse();
    assertThat(old.isNewerThan(old)).isFalse();
  }

  @Test
  void boundsAnEnvelope() {
    assertThatThrownBy(() -> Envelope.open(new byte[Envelope.MAX_BYTES + 1], "d"))
        .hasMessageContaining("32769 bytes");
    assertThatThrownBy(() -> Envelope.seal(KEY, "d", new byte[] {1}, new byte[Envelope.MAX_BYTES]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Envelope.seal(KEY, "", new byte[] {1}, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Envelope.seal(KEY, "d", new byte[0], new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Envelope.seal(KEY, "d", new byte[129], new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  // [spec envelope/fields]
  void saysWhichPartOfAnEnvelopeIsMissing() {
    byte[] noKey = ProtoWriter.bytesOf(out -> out.bytes(2, new byte[1]).bytes(5, new byte[64]));
    byte[] noType =
        ProtoWriter.bytesOf(out -> out.bytes(1, KEY.publicKey().toBytes()).bytes(5, new byte[64]));
    byte[] noSignature =
        ProtoWriter.bytesOf(out -> out.bytes(1, KEY.publicKey().toBytes()).bytes(2, new byte[1]));

    assertThatThrownBy(() -> Envelope.open(noKey, "d")).hasMessageEndingWith("public key");
    assertThatThrownBy(() -> Envelope.open(noType, "d")).hasMessageEndingWith("payload type");
    assertThatThrownBy(() -> Envelope.open(noSignature, "d")).hasMessageEndingWith("signature");
  }
}
