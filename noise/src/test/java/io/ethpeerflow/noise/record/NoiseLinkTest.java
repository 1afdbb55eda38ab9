package io.ethpeerflow.noise.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.noise.Collector;
import io.ethpeerflow.noise.ScriptedLink;
import io.ethpeerflow.noise.handshake.TestKeys;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoiseLinkTest {
  private static final ProtocolId NOISE = ProtocolId.of("/noise");

  private final ScriptedLink below = new ScriptedLink();
  private final ScriptedLink belowRemote = new ScriptedLink();
  private final NoiseLink link = link(below, Role.INITIATOR, 0);
  private final NoiseLink remote = link(belowRemote, Role.RESPONDER, 0);
  private final Collector received = new Collector();

  private static NoiseLink link(ScriptedLink below, Role role, long nonce) {
    var secured =
        new NoiseLink(
            below,
            NOISE,
            role,
            TestKeys.transport(role),
            TestIdentities.key(1).publicKey(),
            null,
            AeadProviders.best(),
            65518,
            nonce);
    below.receiver(secured);
    return secured;
  }

  @AfterEach
  void free() {
    below.loop.run(link::abort);
    belowRemote.loop.run(remote::abort);
    below.end(null);
    belowRemote.end(null);
  }

  private static ByteBuf buffer(String text) {
    return ByteBufAllocator.DEFAULT.buffer().writeBytes(text.getBytes(UTF_8));
  }

  private byte[] remoteRecord(String text) {
    belowRemote.loop.run(
        () -> {
          remote.write(buffer(text));
          remote.flush();
        });
    return belowRemote.takeSent();
  }

  private void receive(ByteReceiver receiver) {
    below.loop.run(() -> link.receiver(receiver));
  }

  @Test
  @Spec("noise/transport-message")
  void endsTheLinkWhenARecordDoesNotAuthenticate() {
    receive(received);
    byte[] record = remoteRecord("hello");
    below.arrive(record);
    record[5] ^= 1;
    below.arrive(record);
    assertThat(received.text()).isEqualTo("hello");
    assertThat(received.ends).isEqualTo(1);
    assertThat(received.cause)
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("tag is wrong");
    assertThat(below.aborted).isTrue();
    below.end(null);
    assertThat(received.ends).isEqualTo(1);
  }

  @Test
  void reportsAnEndInsideARecord() {
    receive(received);
    below.arrive(remoteRecord("hello"));
    byte[] record = remoteRecord("world");
    below.arrive(Arrays.copyOf(record, 7));
    below.end(null);
    assertThat(received.cause)
        .isInstanceOf(ConnectionClosedException.class)
        .hasMessageContaining("5 of 21 bytes arrived");
  }

  @Test
  void reportsAnEndInOrder() {
    receive(received);
    below.arrive(remoteRecord("hello"));
    below.end(null);
    assertThat(received.ends).isEqualTo(1);
    assertThat(received.cause).isNull();
  }

  @Test
  void passesOnWhatFailedBelow() {
    receive(received);
    below.arrive(remoteRecord("hello"));
    var reset = new IOException("connection reset");
    below.end(reset);
    assertThat(received.cause).isSameAs(reset);
  }

  @Test
  void tellsAnInitiatorThatItMayHaveBeenRefused() {
    receive(received);
    var reset = new IOException("connection reset");
    below.end(reset);
    assertThat(received.cause).isInstanceOf(HandshakeException.class).hasCause(reset);
  }

  @Test
  void tellsAResponderNoSuchThing() {
    belowRemote.loop.run(() -> remote.receiver(received));
    belowRemote.end(null);
    assertThat(received.ends).isEqualTo(1);
    assertThat(received.cause).isNull();
  }

  @Test
  void doesNotBlameTheRemoteWhenThisSideClosed() {
    receive(received);
    below.loop.run(link::close);
    assertThat(below.closed).isTrue();
    below.end(null);
    assertThat(received.ends).isEqualTo(1);
    assertThat(received.cause).isNull();
  }

  @Test
  void sendsWhatWasWrittenBeforeItCloses() {
    belowRemote.loop.run(() -> remote.receiver(received));
    below.loop.run(
        () -> {
          link.write(buffer("bye"));
          link.close();
          link.write(buffer("too late"));
          link.flush();
        });
    belowRemote.arrive(below.takeSent());
    assertThat(received.text()).isEqualTo("bye");
  }

  @Test
  void writesAFrameInTwoPartsWithoutMovingTheHead() {
    belowRemote.loop.run(() -> remote.receiver(received));
    ByteBuf head = buffer("head");
    ByteBuf body = buffer("body and more");
    below.loop.run(
        () -> {
          link.writeFrame(head, body, 4);
          link.flush();
        });
    assertThat(head.readableBytes()).isEqualTo(4);
    assertThat(body.readableBytes()).isEqualTo(9);
    head.release();
    body.release();
    belowRemote.arrive(below.takeSent());
    assertThat(received.text()).isEqualTo("headbody");
  }

  @Test
  void givesBackWhatAReceiverDidNotNeedToTheNext() {
    var next = new Collector();
    receive(
        new ByteReceiver() {
          @Override
          public void onData(ByteBuf data) {
            ByteBuf rest = data.readerIndex(data.readerIndex() + 3);
            link.unread(rest.readRetainedSlice(2));
            link.unread(rest);
          }

          @Override
          public void onClosed(@Nullable Throwable cause) {
            throw new AssertionError("the end is for the next receiver", cause);
          }
        });
    byte[] both = new byte[0];
    for (byte[] record : new byte[][] {remoteRecord("mssabcd"), remoteRecord("efg")}) {
      both = Arrays.copyOf(both, both.length + record.length);
      System.arraycopy(record, 0, both, both.length - record.length, record.length);
    }
    below.arrive(both);
    below.end(null);
    receive(next);
    assertThat(next.text()).isEqualTo("abcdefg");
    assertThat(next.ends).isEqualTo(1);
  }

  @Test
  void stopsReadingWhileNobodyReceives() {
    below.arrive(remoteRecord("early"));
    assertThat(below.reading).isFalse();
    receive(received);
    assertThat(below.reading).isTrue();
    assertThat(received.text()).isEqualTo("early");
  }

  @Test
  void doesNotReadWhenItsUserDoesNotWantTo() {
    below.loop.run(() -> link.reading(false));
    below.arrive(remoteRecord("early"));
    receive(received);
    assertThat(below.reading).isFalse();
    below.loop.run(() -> link.reading(true));
    assertThat(below.reading).isTrue();
  }

  @Test
  void deliversTheEndToAReceiverThatComesLater() {
    below.arrive(remoteRecord("last words"));
    below.end(null);
    receive(received);
    assertThat(received.text()).isEqualTo("last words");
    assertThat(received.ends).isEqualTo(1);
  }

  @Test
  void freesWhatNobodyTookWhenItIsAborted() {
    below.arrive(remoteRecord("never read"));
    below.loop.run(link::abort);
    assertThat(below.aborted).isTrue();
  }

  @Test
  @Spec("noise/nonce-exhaustion")
  void endsWhenItsNoncesAreUsedUp() {
    var lower = new ScriptedLink();
    NoiseLink old = link(lower, Role.RESPONDER, -1);
    lower.loop.run(
        () -> {
          old.receiver(received);
          old.write(buffer("one too many"));
        });
    assertThat(lower.aborted).isTrue();
    assertThat(received.cause)
        .isInstanceOf(ConnectionClosedException.class)
        .hasMessageContaining("nonces");
    assertThat(lower.takeSent()).isEmpty();
  }

  @Test
  void survivesAReceiverThatAbortsInTheMiddleOfAChunk() {
    receive(
        new ByteReceiver() {
          @Override
          public void onData(ByteBuf data) {
            received.onData(data);
            link.abort();
          }

          @Override
          public void onClosed(@Nullable Throwable cause) {
            received.onClosed(cause);
          }
        });
    byte[] first = remoteRecord("one");
    byte[] second = remoteRecord("two");
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    below.arrive(both);
    assertThat(received.text()).isEqualTo("one");
    below.end(null);
    assertThat(received.ends).isEqualTo(1);
  }

  @Test
  void endsWhenItsReceiverFails() {
    receive(
        new ByteReceiver() {
          @Override
          public void onData(ByteBuf data) {
            data.release();
            throw new IllegalStateException("a bug above");
          }

          @Override
          public void onClosed(@Nullable Throwable cause) {
            received.onClosed(cause);
          }
        });
    below.arrive(remoteRecord("boom"));
    assertThat(below.aborted).isTrue();
    assertThat(received.cause).hasMessage("a bug above");
  }
}
