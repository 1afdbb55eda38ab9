package io.ethpeerflow.multistream;

import static io.ethpeerflow.multistream.Wire.HEADER;
import static io.ethpeerflow.multistream.Wire.buffer;
import static io.ethpeerflow.multistream.Wire.concat;
import static io.ethpeerflow.multistream.Wire.ids;
import static io.ethpeerflow.multistream.Wire.messages;
import static io.ethpeerflow.multistream.Wire.take;
import static io.ethpeerflow.multistream.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.ethpeerflow.multistream.Negotiation.Reason;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultistreamDialerTest {
  private final ByteBuf out = Unpooled.buffer();

  private static MultistreamDialer dialer(String... proposals) {
    return new MultistreamDialer(ids(proposals), MultistreamConfig.DEFAULT);
  }

  private MultistreamDialer started(String... proposals) {
    MultistreamDialer dialer = dialer(proposals);
    dialer.start(out);
    out.clear();
    return dialer;
  }

  private Negotiation input(MultistreamDialer dialer, byte[]... parts) {
    return dialer.onInput(buffer(concat(parts)), out);
  }

  private static void assertFailed(Negotiation outcome, Reason reason, String... says) {
    assertThat(outcome).isInstanceOf(Failed.class);
    Failed failed = (Failed) outcome;
    assertThat(failed.reason()).isEqualTo(reason);
    for (String text : says) {
      assertThat(failed.detail()).contains(text);
    }
    assertThat(failed.exception())
        .isInstanceOf(NegotiationException.class)
        .hasMessage(failed.detail());
  }

  @Test
  @Spec("multistream/pipeline-1")
  void sendsHeaderAndFirstProposalInOneFlight() {
    dialer("/noise", "/tls/1.0.0").start(out);
    assertThat(take(out)).isEqualTo(messages(HEADER, "/noise"));
  }

  @Test
  @Spec("multistream/frame-1")
  void writesTheBytesOfTheSpecification() {
    dialer("/noise").start(out);
    assertThat(take(out))
        .isEqualTo(
            concat(
                new byte[] {0x13}, utf8("/multistream/1.0.0\n"),
                new byte[] {0x07}, utf8("/noise\n")));
  }

  @Test
  @Spec("multistream/echo-1")
  void agreesOnTheFirstProposal() {
    MultistreamDialer dialer = started("/noise", "/tls/1.0.0");
    assertThat(input(dialer, messages(HEADER, "/noise")))
        .isEqualTo(new Agreed(ids("/noise").get(0)));
    assertThat(out.isReadable()).isFalse();
  }

  @Test
  @Spec("multistream/na-1")
  void proposesTheNextAfterEachRefusal() {
    MultistreamDialer dialer = started("/a", "/b", "/c");
    assertThat(input(dialer, messages(HEADER))).isEqualTo(Pending.INSTANCE);
    assertThat(input(dialer, messages("na"))).isEqualTo(Pending.INSTANCE);
    assertThat(take(out)).isEqualTo(messages("/b"));
    assertThat(input(dialer, messages("na"))).isEqualTo(Pending.INSTANCE);
    assertThat(take(out)).isEqualTo(messages("/c"));
    assertThat(dialer.proposal()).isEqualTo(ProtocolId.of("/c"));
    assertThat(input(dialer, messages("/c"))).isEqualTo(new Agreed(ProtocolId.of("/c")));
  }

  @Test
  @Spec("multistream/na-2")
  void failsWhenAllProposalsAreRefused() {
    MultistreamDialer dialer = started("/a", "/b");
    assertFailed(
        input(dialer, messages(HEADER, "na", "na")), Reason.NO_COMMON_PROTOCOL, "/a", "/b");
    assertThat(take(out)).isEqualTo(messages("/b"));
  }

  @Test
  @Spec("multistream/lazy-1")
  void isLazyOnlyWithOneProposal() {
    assertThat(dialer("/a").isLazy()).isTrue();
    assertThat(dialer("/a", "/b").isLazy()).isFalse();
  }

  @Test
  @Spec("multistream/lazy-2")
  void leavesWhatFollowsTheEchoForTheProtocol() {
    MultistreamDialer dialer = started("/echo/1.0.0");
    ByteBuf in = buffer(concat(messages(HEADER, "/echo/1.0.0"), utf8("hello")));
    assertThat(dialer.onInput(in, out)).isInstanceOf(Agreed.class);
    assertThat(take(in)).isEqualTo(utf8("hello"));
  }

  @Test
  @Spec("multistream/lazy-4")
  void surfacesALateRefusalOfALazyProposal() {
    MultistreamDialer dialer = started("/echo/1.0.0");
    assertThat(input(dialer, messages(HEADER))).isEqualTo(Pending.INSTANCE);
    assertFailed(input(dialer, messages("na")), Reason.NO_COMMON_PROTOCOL, "/echo/1.0.0");
  }

  @Test
  @Spec("multistream/header-1")
  void refusesAnythingButTheHeaderFirst() {
    assertFailed(
        input(started("/a"), messages("/multistream/2.0.0")),
        Reason.VIOLATION,
        HEADER,
        "/multistream/2.0.0");
    assertFailed(input(started("/a"), messages("/a")), Reason.VIOLATION, HEADER);
    assertFailed(input(started("/a"), messages("na")), Reason.VIOLATION, HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/b", "/a/", "/", "/aa", "ls", HEADER, "/ä"})
  @Spec("multistream/echo-1")
  void refusesAnAnswerThatIsNeitherTheProposalNorARefusal(String answer) {
    assertFailed(input(started("/a", "/b"), messages(HEADER, answer)), Reason.VIOLATION, "/a");
  }

  @Test
  void printsWhatThePeerChoseWithoutControlCharacters() {
    MultistreamDialer dialer = started("/a");
    Negotiation outcome = input(dialer, messages(HEADER, "\u001b[31m\r\n" + "x".repeat(100)));
    assertFailed(outcome, Reason.VIOLATION, "\\x1b[31m\\x0d\\x0ax", "bytes more");
    assertThat(((Failed) outcome).detail()).hasSizeLessThan(160).matches("[ -~]*");
  }

  @Test
  void failsWhenTheRemoteEndsFirst() {
    MultistreamDialer dialer = started("/a");
    input(dialer, messages(HEADER));
    assertFailed(dialer.onEnd(), Reason.ENDED, "/a");
  }

  @Test
  void endsOnceAndStaysAsItEnded() {
    MultistreamDialer agreed = started("/a");
    input(agreed, messages(HEADER, "/a"));
    ByteBuf more = buffer(messages("na"));
    assertThat(agreed.onInput(more, out)).isEqualTo(new Agreed(ProtocolId.of("/a")));
    assertThat(more.readableBytes()).isEqualTo(4);
    assertThat(agreed.onEnd()).isEqualTo(new Agreed(ProtocolId.of("/a")));

    MultistreamDialer failed = started("/a");
    input(failed, messages("?"));
    assertFailed(input(failed, messages(HEADER, "/a")), Reason.VIOLATION);
    assertFailed(failed.onEnd(), Reason.VIOLATION);
    assertFailed(failed.state(), Reason.VIOLATION);
  }

  @Test
  void mustBeStartedOnce() {
    MultistreamDialer dialer = dialer("/a");
    assertThatThrownBy(() -> input(dialer)).isInstanceOf(IllegalStateException.class);
    dialer.start(out);
    assertThatThrownBy(() -> dialer.start(out)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesProposalsThatCannotBeSent() {
    MultistreamConfig small = MultistreamConfig.DEFAULT.withMaxProposals(2).withMaxMessageBytes(32);
    for (List<ProtocolId> wrong :
        List.of(ids(), ids("/a", "/b", "/c"), ids("/a", "/a"), ids("/" + "x".repeat(31)))) {
      assertThatThrownBy(() -> new MultistreamDialer(wrong, small))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("proposals");
    }
    var longest = new MultistreamDialer(ids("/" + "x".repeat(30)), small);
    longest.start(out);
    assertThat(out.readableBytes()).isEqualTo(20 + 33);
  }
}
