package io.ethpeerflow.multistream;

import static io.ethpeerflow.multistream.Wire.HEADER;
import static io.ethpeerflow.multistream.Wire.buffer;
import static io.ethpeerflow.multistream.Wire.concat;
import static io.ethpeerflow.multistream.Wire.ids;
import static io.ethpeerflow.multistream.Wire.messages;
import static io.ethpeerflow.multistream.Wire.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However a transcript is cut, the outcome, the answers and what is left are the same. */
class MultistreamPropertyTest {
  private static final byte[] APPLICATION = {0, 1, 2, 'n', 'a', '\n', 3};

  @Test
  void anyTwoCutsGiveTheSameResultToAListener() {
    byte[] whole = concat(messages(HEADER, "/x", "ls", "/b"), APPLICATION);
    Result expected = listen(List.of(buffer(whole)));
    assertThat(expected.outcome()).isEqualTo(new Agreed(ProtocolId.of("/b")));
    assertThat(expected.left()).isEqualTo(APPLICATION);
    for (int first = 0; first <= whole.length; first++) {
      for (int second = first; second <= whole.length; second++) {
        assertThat(listen(cut(whole, first, second)))
            .usingRecursiveComparison()
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void anyTwoCutsGiveTheSameResultToADialer() {
    byte[] whole = concat(messages(HEADER, "na", "na", "/c"), APPLICATION);
    Result expected = dial(List.of(buffer(whole)));
    assertThat(expected.outcome()).isEqualTo(new Agreed(ProtocolId.of("/c")));
    assertThat(expected.left()).isEqualTo(APPLICATION);
    for (int first = 0; first <= whole.length; first++) {
      for (int second = first; second <= whole.length; second++) {
        assertThat(dial(cut(whole, first, second))).usingRecursiveComparison().isEqualTo(expected);
      }
    }
  }

  @Test
  void damagedTranscriptsGiveTheSameResultHoweverTheyAreCut() {
    Seeds.check(
        3000,
        random -> {
          byte[] listenerInput = concat(messages(HEADER, "/x", "ls", "/b"), APPLICATION);
          byte[] damaged = random.mutate(listenerInput);
          if (damaged.length == 0) {
            return;
          }
          assertThat(listen(random.split(buffer(damaged), 9)))
              .usingRecursiveComparison()
              .isEqualTo(listen(List.of(buffer(damaged))));
          byte[] answers = random.mutate(concat(messages(HEADER, "na", "/b"), APPLICATION));
          assertThat(dial(random.split(buffer(answers), 9)))
              .usingRecursiveComparison()
              .isEqualTo(dial(List.of(buffer(answers))));
        });
  }

  @Test
  void twoSidesAgreeOnTheDialersFirstChoiceThatTheListenerHas() {
    Seeds.check(
        2000,
        random -> {
          List<ProtocolId> proposals = pick(random, 1);
          List<ProtocolId> supported = pick(random, 0);
          var dialer = new MultistreamDialer(proposals, MultistreamConfig.DEFAULT);
          var listener =
              new MultistreamListener(SupportedProtocols.of(supported), MultistreamConfig.DEFAULT);
          ByteBuf toListener = Unpooled.buffer();
          ByteBuf toDialer = Unpooled.buffer();
          if (random.oneIn(2)) {
            listener.start(toDialer);
          }
          dialer.start(toListener);
          boolean lazy = dialer.isLazy() && random.oneIn(2);
          if (lazy) {
            toListener.writeBytes(APPLICATION);
          }
          while (dialer.state() == Pending.INSTANCE) {
            ByteBuf answers = Unpooled.buffer();
            deliver(random, toListener, piece -> listener.onInput(piece, answers));
            toDialer.writeBytes(answers);
            deliver(random, toDialer, piece -> dialer.onInput(piece, toListener));
          }
          ProtocolId expected =
              proposals.stream().filter(supported::contains).findFirst().orElse(null);
          if (expected == null) {
            assertThat(dialer.state()).isInstanceOf(Failed.class);
          } else {
            assertThat(dialer.state()).isEqualTo(new Agreed(expected));
            assertThat(listener.state()).isEqualTo(new Agreed(expected));
            assertThat(take(toListener)).isEqualTo(lazy ? APPLICATION : new byte[0]);
            assertThat(toDialer.isReadable()).isFalse();
          }
        });
  }

  private interface Input {
    Negotiation on(ByteBuf piece);
  }

  private record Result(Negotiation outcome, byte[] written, byte[] left) {}

  /** Feeds a random part, or in the end all, of what waits; what is not read keeps waiting. */
  private static void deliver(SeededRandom random, ByteBuf waiting, Input input) {
    while (waiting.isReadable()) {
      int bytes = random.edgyInt(1, waiting.readableBytes());
      ByteBuf piece = waiting.slice(waiting.readerIndex(), bytes);
      Negotiation outcome = input.on(piece);
      waiting.skipBytes(bytes - piece.readableBytes());
      if (outcome != Pending.INSTANCE) {
        return;
      }
      assertThat(piece.isReadable()).isFalse();
    }
  }

  private static List<ProtocolId> pick(SeededRandom random, int min) {
    var picked =
        new ArrayList<ProtocolId>(ids("/a", "/b", "/b/1", "/c", "/na", "/long/" + "x".repeat(200)));
    Collections.shuffle(picked, new Random(random.nextLong()));
    return picked.subList(0, random.nextInt(min, picked.size() + 1));
  }

  private static List<ByteBuf> cut(byte[] whole, int first, int second) {
    ByteBuf all = buffer(whole);
    return List.of(
        all.slice(0, first),
        all.slice(first, second - first),
        all.slice(second, whole.length - second));
  }

  private static Result listen(List<ByteBuf> pieces) {
    var listener =
        new MultistreamListener(SupportedProtocols.of(ids("/a", "/b")), MultistreamConfig.DEFAULT);
    ByteBuf out = Unpooled.buffer();
    return feed(pieces, out, piece -> listener.onInput(piece, out));
  }

  private static Result dial(List<ByteBuf> pieces) {
    var dialer = new MultistreamDialer(ids("/a", "/b", "/c"), MultistreamConfig.DEFAULT);
    ByteBuf out = Unpooled.buffer();
    dialer.start(out);
    return feed(pieces, out, piece -> dialer.onInput(piece, out));
  }

  private static Result feed(List<ByteBuf> pieces, ByteBuf out, Input input) {
    Negotiation outcome = Pending.INSTANCE;
    ByteBuf left = Unpooled.buffer();
    for (ByteBuf piece : pieces) {
      outcome = input.on(piece);
      left.writeBytes(piece);
    }
    boolean agreed = outcome instanceof Agreed;
    return new Result(outcome, take(out), agreed ? take(left) : new byte[0]);
  }
}
