package io.ethpeerflow.multistream;

import static io.ethpeerflow.multistream.Wire.HEADER;
import static io.ethpeerflow.multistream.Wire.buffer;
import static io.ethpeerflow.multistream.Wire.concat;
import static io.ethpeerflow.multistream.Wire.ids;
import static io.ethpeerflow.multistream.Wire.messages;
import static io.ethpeerflow.multistream.Wire.take;
import static io.ethpeerflow.multistream.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.ethpeerflow.multistream.Negotiation.Reason;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultistreamListenerTest {
  private final ByteBuf out = Unpooled.buffer();

  private static MultistreamListener listener(String... supported) {
    return new MultistreamListener(
        SupportedProtocols.of(ids(supported)), MultistreamConfig.DEFAULT);
  }

  private Negotiation input(MultistreamListener listener, byte[]... parts) {
    return listener.onInput(buffer(concat(parts)), out);
  }

  private static void assertFailed(Negotiation outcome, Reason reason, String... says) {
    assertThat(outcome).isInstanceOf(Failed.class);
    assertThat(((Failed) outcome).reason()).isEqualTo(reason);
    for (String text : says) {
      assertThat(((Failed) outcome).detail()).contains(text);
    }
  }

  @Test
  @Spec("multistream/simultaneous-1")
  void mayGreetFirst() {
    MultistreamListener listener = listener("/a");
    listener.start(out);
    assertThat(take(out)).isEqualTo(messages(HEADER));
    assertThat(input(listener, messages(HEADER))).isEqualTo(Pending.INSTANCE);
    assertThat(out.isReadable()).isFalse();
    assertThat(input(listener, messages("/a"))).isEqualTo(new Agreed(ProtocolId.of("/a")));
    assertThat(take(out)).isEqualTo(messages("/a"));
  }

  @Test
  @Spec({"multistream/echo-1", "multistream/pipeline-1"})
  void greetsWithItsFirstAnswerOtherwise() {
    MultistreamListener listener = listener("/a", "/b");
    assertThat(input(listener, messages(HEADER, "/b"))).isEqualTo(new Agreed(ProtocolId.of("/b")));
    assertThat(take(out)).isEqualTo(messages(HEADER, "/b"));
  }

  @Test
  @Spec("multistream/na-1")
  void refusesUntilAProposalIsSupported() {
    MultistreamListener listener = listener("/c");
    assertThat(input(listener, messages(HEADER, "/a"))).isEqualTo(Pending.INSTANCE);
    assertThat(take(out)).isEqualTo(concat(messages(HEADER), new byte[] {3, 'n', 'a', '\n'}));
    assertThat(input(listener, messages("/b", "/c"))).isEqualTo(new Agreed(ProtocolId.of("/c")));
    assertThat(take(out)).isEqualTo(messages("na", "/c"));
  }

  @Test
  @Spec("multistream/lazy-2")
  void leavesTheProtocolsFirstBytesUntouched() {
    ByteBuf in = buffer(concat(messages(HEADER, "/tls/1.0.0"), new byte[] {0x16, 3, 1, 2, 0, 1}));
    assertThat(listener("/tls/1.0.0").onInput(in, out)).isInstanceOf(Agreed.class);
    assertThat(take(in)).containsExactly(0x16, 3, 1, 2, 0, 1);
  }

  @Test
  @Spec("multistream/header-1")
  void refusesAnythingButTheHeaderFirst() {
    assertFailed(input(listener("/a"), messages("/a")), Reason.VIOLATION, HEADER, "/a");
    assertFailed(input(listener("/a"), messages("/multistream/1.0.1")), Reason.VIOLATION, "1.0.1");
    assertFailed(
        input(listener("/a"), utf8("GET / HTTP/1.1\r\nHost: " + "x".repeat(60))), Reason.VIOLATION);
  }

  @Test
  @Spec("multistream/match-1")
  void asksThePredicateForEachProposal() {
    var asked = new ArrayList<String>();
    var listener =
        new MultistreamListener(
            new SupportedProtocols() {
              @Override
              public boolean supports(ProtocolId protocol) {
                asked.add(protocol.toString());
                return protocol.toString().startsWith("/kad/");
              }

              @Override
              public List<ProtocolId> listing() {
                return List.of();
              }
            },
            MultistreamConfig.DEFAULT);
    assertThat(input(listener, messages(HEADER, "/x", "/kad/1.0.0")))
        .isEqualTo(new Agreed(ProtocolId.of("/kad/1.0.0")));
    assertThat(asked).containsExactly("/x", "/kad/1.0.0");
  }

  @Test
  @Spec("multistream/ls-1")
  void answersALsWithAListInOneMessage() {
    MultistreamListener listener = listener("/a", "/bb/1.0.0");
    assertThat(input(listener, messages(HEADER, "ls"))).isEqualTo(Pending.INSTANCE);
    byte[] entries = concat(messages("/a", "/bb/1.0.0"), utf8("\n"));
    assertThat(take(out))
        .isEqualTo(concat(messages(HEADER), new byte[] {(byte) entries.length}, entries));
    assertThat(input(listener, messages("/a"))).isInstanceOf(Agreed.class);
  }

  @Test
  void answersALsWithAnEmptyListWhenThereIsNothing() {
    MultistreamListener listener = listener();
    input(listener, messages(HEADER, "ls"));
    assertThat(take(out)).isEqualTo(concat(messages(HEADER), new byte[] {1, '\n'}));
  }

  @Test
  void listsOnlyWhatFitsTheBound() {
    List<ProtocolId> many = Collections.nCopies(3000, ProtocolId.of("/ten/chars"));
    var supported =
        new SupportedProtocols() {
          @Override
          public boolean supports(ProtocolId protocol) {
            return false;
          }

          @Override
          public List<ProtocolId> listing() {
            return many;
          }
        };
    var listener = new MultistreamListener(supported, MultistreamConfig.DEFAULT);
    input(listener, messages(HEADER, "ls"));
    int entries = 16_382 / 12;
    assertThat(out.readableBytes()).isEqualTo(20 + 2 + 12 * entries + 1);
  }

  @Test
  @Spec("multistream/limit-2")
  void answersABoundedNumberOfListings() {
    MultistreamListener listener = listener("/a");
    assertThat(input(listener, messages(HEADER, "ls", "ls"))).isEqualTo(Pending.INSTANCE);
    assertFailed(input(listener, messages("ls")), Reason.VIOLATION, "3", "2 allowed");
  }

  @Test
  @Spec("multistream/limit-2")
  void answersABoundedNumberOfProposals() {
    MultistreamListener listener = listener("/a");
    input(listener, messages(HEADER));
    for (int i = 0; i < 128; i++) {
      assertThat(input(listener, messages("/no/" + i))).isEqualTo(Pending.INSTANCE);
    }
    out.clear();
    assertFailed(input(listener, messages("/a")), Reason.NO_COMMON_PROTOCOL, "129", "128");
    assertThat(out.isReadable()).isFalse();
  }

  @Test
  void refusesAnIdThatIsNotText() {
    MultistreamListener listener = listener("/a");
    byte[] notUtf8 = {4, '/', (byte) 0xc3, '(', '\n'};
    assertThat(input(listener, messages(HEADER), notUtf8)).isEqualTo(Pending.INSTANCE);
    assertThat(take(out)).isEqualTo(messages(HEADER, "na"));
  }

  @Test
  void echoesAnIdOutsideAscii() {
    String name = "/größe/∞";
    MultistreamListener listener = listener(name);
    assertThat(input(listener, messages(HEADER, name))).isEqualTo(new Agreed(ProtocolId.of(name)));
    assertThat(take(out)).isEqualTo(messages(HEADER, name));
    var dialer = new MultistreamDialer(ids(name), MultistreamConfig.DEFAULT);
    dialer.start(out);
    assertThat(dialer.onInput(buffer(messages(HEADER, name)), out)).isInstanceOf(Agreed.class);
  }

  @Test
  void failsWhenTheRemoteEndsFirst() {
    MultistreamListener listener = listener("/a");
    assertFailed(listener.onEnd(), Reason.ENDED);
    ByteBuf late = buffer(messages(HEADER, "/a"));
    assertFailed(listener.onInput(late, out), Reason.ENDED);
    assertThat(late.toString(StandardCharsets.UTF_8)).startsWith("\u0013/multistream");
  }
}
