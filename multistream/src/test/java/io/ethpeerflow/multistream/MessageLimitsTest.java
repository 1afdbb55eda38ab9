package io.ethpeerflow.multistream;

import static io.ethpeerflow.multistream.Wire.HEADER;
import static io.ethpeerflow.multistream.Wire.buffer;
import static io.ethpeerflow.multistream.Wire.concat;
import static io.ethpeerflow.multistream.Wire.ids;
import static io.ethpeerflow.multistream.Wire.messages;
import static io.ethpeerflow.multistream.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.ethpeerflow.multistream.Negotiation.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a hostile peer may send, to both sides. */
class MessageLimitsTest {
  private static final String LONGEST = "/" + "x".repeat(1022);

  private static Negotiation listen(byte[]... parts) {
    var listener =
        new MultistreamListener(SupportedProtocols.of(ids(LONGEST)), MultistreamConfig.DEFAULT);
    return listener.onInput(buffer(concat(parts)), Unpooled.buffer());
  }

  private static Negotiation dial(byte[]... parts) {
    var dialer = new MultistreamDialer(ids(LONGEST), MultistreamConfig.DEFAULT);
    dialer.start(Unpooled.buffer());
    return dialer.onInput(buffer(concat(parts)), Unpooled.buffer());
  }

  @Test
  @Spec("multistream/limit-1")
  void takesAMessageOfExactlyTheLimit() {
    assertThat(messages(LONGEST)).hasSize(2 + 1024);
    assertThat(listen(messages(HEADER, LONGEST))).isInstanceOf(Agreed.class);
    assertThat(dial(messages(HEADER, LONGEST))).isInstanceOf(Agreed.class);
  }

  @Test
  @Spec("multistream/limit-1")
  void refusesALongerMessageByItsLengthAlone() {
    byte[] prefixOf1025 = {(byte) 0x81, 0x08};
    for (Negotiation outcome :
        new Negotiation[] {
          listen(messages(HEADER), prefixOf1025), dial(messages(HEADER), prefixOf1025)
        }) {
      assertThat(outcome).isInstanceOf(Failed.class);
      assertThat(((Failed) outcome).reason()).isEqualTo(Reason.VIOLATION);
      assertThat(((Failed) outcome).detail()).contains("1025", "1024");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8080, 1024",
    "ffff, 1024",
    "8000, minimal",
    "9300, minimal",
    "00, least",
    "010a, least",
    "036e6120, newline",
    "02ffff, newline",
  })
  @Spec("multistream/frame-2")
  void refusesMalformedMessages(String hex, String says) {
    byte[] malformed = java.util.HexFormat.of().parseHex(hex);
    for (Negotiation outcome :
        new Negotiation[] {
          listen(malformed),
          dial(malformed),
          listen(messages(HEADER), malformed),
          dial(messages(HEADER), malformed)
        }) {
      assertThat(outcome).isInstanceOf(Failed.class);
      assertThat(((Failed) outcome).reason()).isEqualTo(Reason.VIOLATION);
      assertThat(((Failed) outcome).detail()).contains(says);
    }
  }

  @Test
  void holdsNoMoreThanHasArrived() {
    var reader = new MessageReader(1024);
    byte[] prefixOf1024 = {(byte) 0x80, 0x08};
    assertThat(read(reader, buffer(prefixOf1024))).isFalse();
    assertThat(reader.heldCapacity()).isZero();
    assertThat(read(reader, buffer(utf8("abc")))).isFalse();
    assertThat(reader.heldCapacity()).isLessThanOrEqualTo(64);
    assertThat(read(reader, buffer(utf8("x".repeat(600))))).isFalse();
    assertThat(reader.heldCapacity()).isLessThanOrEqualTo(1024);
  }

  private static boolean read(MessageReader reader, ByteBuf in) {
    try {
      return reader.read(in);
    } catch (io.ethpeerflow.wire.WireFormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void waitsForTheRestOfATruncatedMessage() {
    byte[] whole = messages(HEADER, LONGEST);
    for (int cut = 0; cut < whole.length; cut++) {
      byte[] part = java.util.Arrays.copyOf(whole, cut);
      assertThat(listen(part)).isEqualTo(Pending.INSTANCE);
      assertThat(dial(part)).isEqualTo(Pending.INSTANCE);
    }
  }

  @Test
  void obeysASmallerLimitOfTheConfiguration() {
    MultistreamConfig small = MultistreamConfig.DEFAULT.withMaxMessageBytes(32);
    var listener = new MultistreamListener(SupportedProtocols.of(ids("/a")), small);
    ByteBuf in = buffer(messages(HEADER, "/" + "x".repeat(31)));
    assertThat(listener.onInput(in, Unpooled.buffer())).isInstanceOf(Failed.class);
  }

  @Test
  void configurationsAreCheckedByValueAndByRelation() {
    MultistreamConfig ok = MultistreamConfig.DEFAULT;
    assertThatThrownBy(() -> ok.withMaxMessageBytes(31)).hasMessageContaining("maxMessageBytes");
    assertThatThrownBy(() -> ok.withMaxMessageBytes(16_384)).hasMessageContaining("16383");
    assertThatThrownBy(() -> ok.withMaxProposals(0)).hasMessageContaining("maxProposals");
    assertThatThrownBy(() -> ok.withMaxListings(129)).hasMessageContaining("maxListings");
    assertThatThrownBy(() -> ok.withMaxListingBytes(31)).hasMessageContaining("maxListingBytes");
    assertThat(ok.withMaxProposals(3).withMaxListings(3))
        .isEqualTo(new MultistreamConfig(1024, 3, 3, 16_383));
  }
}
