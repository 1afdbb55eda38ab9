package io.ethpeerflow.core.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboxTest {
  private final List<Boolean> switched = new ArrayList<>();
  private final Inbox inbox = new Inbox(switched::add, true);

  /** Notes what it hears, and does something with each piece. */
  private static final class Listener implements ByteReceiver {
    final List<String> heard = new ArrayList<>();
    private final Consumer<ByteBuf> onPiece;

    Listener(Consumer<ByteBuf> onPiece) {
      this.onPiece = onPiece;
    }

    Listener() {
      this(ByteBuf::release);
    }

    @Override
    public void onData(ByteBuf data) {
      heard.add(data.toString(StandardCharsets.US_ASCII));
      onPiece.accept(data);
    }

    @Override
    public void onReadComplete() {
      heard.add(".");
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      heard.add(cause == null ? "end" : cause.getMessage());
    }
  }

  private static ByteBuf piece(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @Test
  void keepsWhatCameBeforeThereWasAReceiverAndStopsReadingMeanwhile() {
    inbox.data(piece("a"));
    inbox.data(piece("b"));
    assertThat(switched).containsExactly(false);
    var first = new Listener();
    inbox.receiver(first);
    assertThat(first.heard).containsExactly("a", "b", ".");
    assertThat(switched).containsExactly(false, true);
  }

  @Test
  void asksASourceThatDoesNotReadYetToReadWithTheFirstReceiver() {
    var lazy = new Inbox(switched::add, false);
    lazy.reading(true);
    assertThat(switched).isEmpty();
    lazy.receiver(new Listener());
    assertThat(switched).containsExactly(true);
  }

  @Test
  void givesBackInTheOrderOfTheCallsBeforeAnythingNewer() {
    var first = new Listener(inbox::unread);
    inbox.receiver(first);
    inbox.data(piece("a"));
    inbox.unread(piece("b"));
    inbox.data(piece("c"));
    assertThat(first.heard).containsExactly("a");
    var second = new Listener();
    inbox.receiver(second);
    assertThat(second.heard).containsExactly("a", "b", "c", ".");
  }

  @Test
  void whatASecondReceiverGivesBackComesBeforeWhatTheFirstLeft() {
    inbox.receiver(new Listener(inbox::unread));
    inbox.data(piece("ab"));
    inbox.data(piece("c"));
    inbox.receiver(
        new Listener(
            data -> {
              inbox.unread(data.readRetainedSlice(1));
              inbox.unread(data);
            }));
    var third = new Listener();
    inbox.receiver(third);
    assertThat(third.heard).containsExactly("a", "b", "c", ".");
  }

  @Test
  void aReceiverThatIsReplacedFromWithinItsOnDataDoesNotSeeTheRest() {
    var second = new Listener();
    var first =
        new Listener(
            data -> {
              inbox.unread(data);
              inbox.receiver(second);
              assertThat(second.heard).as("nothing is nested").isEmpty();
            });
    inbox.receiver(first);
    inbox.data(piece("a"));
    assertThat(second.heard).containsExactly("a", ".");
    inbox.data(piece("b"));
    assertThat(second.heard).containsExactly("a", ".", "b");
  }

  @Test
  void whatArrivesFromWithinADeliveryFollowsIt() {
    var order = new ArrayList<String>();
    var listener =
        new Listener(
            data -> {
              if (order.isEmpty()) {
                order.add("begins");
                inbox.data(piece("b"));
                order.add("ends");
              } else {
                order.add("next");
              }
              data.release();
            });
    inbox.receiver(listener);
    inbox.data(piece("a"));
    assertThat(order).containsExactly("begins", "ends", "next");
  }

  @Test
  void reportsTheEndOnceAndAfterWhatWaits() {
    inbox.data(piece("a"));
    inbox.end(new IllegalStateException("cut"));
    inbox.end(null);
    var first = new Listener();
    inbox.receiver(first);
    assertThat(first.heard).containsExactly("a", ".", "cut");
    var second = new Listener();
    inbox.receiver(second);
    assertThat(second.heard).isEmpty();
  }

  @Test
  void holdsTheEndBackWhileGivenBytesWaitForTheNextReceiver() {
    var first = new Listener(inbox::unread);
    inbox.receiver(first);
    inbox.data(piece("a"));
    inbox.end(null);
    assertThat(first.heard).containsExactly("a");
    var second = new Listener();
    inbox.receiver(second);
    assertThat(second.heard).containsExactly("a", ".", "end");
  }

  @Test
  void anEndFromWithinADeliveryFollowsIt() {
    var listener =
        new Listener(
            data -> {
              data.release();
              inbox.end(null);
            });
    inbox.receiver(listener);
    inbox.data(piece("a"));
    assertThat(listener.heard).containsExactly("a", "end");
  }

  @Test
  void freesWhatWaitsAndWhatComesOnceDiscardedAndStillReportsTheEnd() {
    ByteBuf waiting = piece("a");
    ByteBuf late = piece("b");
    ByteBuf back = piece("c");
    inbox.data(waiting);
    inbox.discard();
    inbox.data(late);
    inbox.unread(back);
    assertThat(List.of(waiting.refCnt(), late.refCnt(), back.refCnt())).containsOnly(0);
    inbox.end(null);
    var listener = new Listener();
    inbox.receiver(listener);
    assertThat(listener.heard).containsExactly("end");
  }

  @Test
  void doesNotReadOnWhileItIsToldNotTo() {
    inbox.receiver(new Listener());
    inbox.reading(false);
    inbox.reading(false);
    inbox.receiver(new Listener());
    assertThat(switched).containsExactly(false);
    inbox.reading(true);
    assertThat(switched).containsExactly(false, true);
  }
}
