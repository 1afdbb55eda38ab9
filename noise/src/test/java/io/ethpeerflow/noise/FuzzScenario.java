package io.ethpeerflow.noise;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.handshake.HandshakePayload;
import io.ethpeerflow.noise.handshake.XxHandshake;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A host whose keys are always the same, so that a recorded transcript stays valid; and the program
 * that records the corpus of {@link NoiseFuzzTest}.
 */
final class FuzzScenario {
  private static final ProtocolId YAMUX = ProtocolId.of("/yamux/1.0.0");
  private static final int INITIATOR_IDENTITY = 1;
  private static final int RESPONDER_IDENTITY = 2;

  private FuzzScenario() {}

  /** How it went: comparable, so without objects of this run. */
  record Outcome(
      boolean established,
      @Nullable String failure,
      String received,
      @Nullable String end,
      String sentHex) {}

  /** One that keeps no key of an earlier run. */
  private static NoiseSecurity freshHost() {
    return new NoiseSecurity();
  }

  private static SecurityRequest request(Role role) {
    boolean initiator = role == Role.INITIATOR;
    return new SecurityRequest(
        role,
        TestIdentities.key(initiator ? INITIATOR_IDENTITY : RESPONDER_IDENTITY),
        null,
        List.of(YAMUX),
        new SeededSecureRandom(initiator ? 11 : 12));
  }

  /** Feeds one side with bytes in pieces of a size, then ends the link. */
  static Outcome run(Role role, byte[] input, int pieceBytes) {
    var link = new ScriptedLink();
    var received = new Collector();
    var result = new CompletableFuture<CompletableFuture<SecureLink>>();
    link.loop.run(() -> result.complete(freshHost().secure(link, request(role))));
    CompletableFuture<SecureLink> secured = result.join();
    secured.thenAccept(l -> l.receiver(received));
    for (int at = 0; at < input.length; at += pieceBytes) {
      link.arrive(Arrays.copyOfRange(input, at, Math.min(input.length, at + pieceBytes)));
    }
    boolean established = secured.isDone() && !secured.isCompletedExceptionally();
    link.end(null);
    String end = received.cause == null ? null : received.cause.getMessage();
    return new Outcome(
        established,
        failure(secured),
        received.text(),
        end,
        HexFormat.of().formatHex(link.takeSent()));
  }

  private static @Nullable String failure(CompletableFuture<SecureLink> secured) {
    try {
      secured.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause().getMessage();
    }
  }

  /** A framed message 2 for the initiator of {@link #run}, with a given payload. */
  static byte[] messageTwo(byte[] payload) throws ProtocolViolation {
    return framed(responder().writeMessage(payload));
  }

  /** The static key behind {@link #messageTwo}. */
  static byte[] responderStatic() {
    return responderBefore().localStatic();
  }

  private static XxHandshake responder() throws ProtocolViolation {
    XxHandshake responder = responderBefore();
    // the initiator's first message follows from its seed: its second key is the ephemeral one
    var random = new SeededSecureRandom(11);
    DhKeyPair.generate(KeyAgreements.best(), random);
    responder.readMessage(DhKeyPair.generate(KeyAgreements.best(), random).publicKey());
    return responder;
  }

  private static XxHandshake responderBefore() {
    KeyAgreement agreement = KeyAgreements.best();
    var random = new SeededRandom(99);
    return new XxHandshake(
        Role.RESPONDER,
        new byte[0],
        AeadProviders.best(),
        DhKeyPair.of(agreement, random.bytes(32)),
        DhKeyPair.of(agreement, random.bytes(32)));
  }

  private static byte[] validPayload() {
    byte[] signedText = HandshakePayload.signedText(responderStatic());
    var key = TestIdentities.key(RESPONDER_IDENTITY);
    return new HandshakePayload(
            key.publicKey().toBytes(), key.sign(signedText), List.of(YAMUX), List.of())
        .encode();
  }

  private static byte[] framed(byte[] message) {
    byte[] framed = new byte[2 + message.length];
    framed[0] = (byte) (message.length >> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }

  /** Records both directions of a handshake followed by one record each. */
  private static byte[][] transcript() {
    var initiator = new ScriptedLink();
    var responder = new ScriptedLink();
    var fromInitiator = new ByteArrayOutputStream();
    var fromResponder = new ByteArrayOutputStream();
    for (var link : List.of(initiator, responder)) {
      link.loop.run(
          () ->
              freshHost()
                  .secure(link, request(link == initiator ? Role.INITIATOR : Role.RESPONDER))
                  .thenAccept(FuzzScenario::speak));
    }
    for (int i = 0; i < 4; i++) {
      byte[] sent = initiator.takeSent();
      fromInitiator.writeBytes(sent);
      if (sent.length > 0) {
        responder.arrive(sent);
      }
      sent = responder.takeSent();
      fromResponder.writeBytes(sent);
      if (sent.length > 0) {
        initiator.arrive(sent);
      }
    }
    initiator.end(null);
    responder.end(null);
    return new byte[][] {fromInitiator.toByteArray(), fromResponder.toByteArray()};
  }

  private static void speak(SecureLink link) {
    link.receiver(new Collector());
    ByteBuf text =
        ByteBufAllocator.DEFAULT.buffer().writeBytes("after the handshake".getBytes(UTF_8));
    link.write(text);
    link.flush();
  }

  /**
   * Writes the corpus.
   *
   * @param args the folder {@code NoiseFuzzTestInputs}
   */
  public static void main(String[] args) throws IOException, ProtocolViolation {
    Path folder = Path.of(args[0]);
    byte[][] transcript = transcript();
    for (int i = 0; i < 2; i++) {
      // what one side sent is what the other side's target reads
      Path target = Files.createDirectories(folder.resolve(i == 0 ? "responder" : "initiator"));
      byte[] all = transcript[i];
      byte[] flipped = all.clone();
      flipped[all.length - 5] ^= 1;
      byte[] flippedEarly = all.clone();
      flippedEarly[40] ^= 1;
      Files.write(target.resolve("valid-with-a-record"), all);
      Files.write(target.resolve("cut-inside-the-record"), Arrays.copyOf(all, all.length - 3));
      Files.write(target.resolve("record-changed"), flipped);
      Files.write(target.resolve("handshake-changed"), flippedEarly);
      Files.write(target.resolve("cut-after-the-first-length"), Arrays.copyOf(all, 2));
      Files.write(target.resolve("low-order-key"), framed(new byte[i == 0 ? 32 : 200]));
      Files.write(target.resolve("announced-too-long"), new byte[] {(byte) 0xff, (byte) 0xff, 1});
      Files.write(target.resolve("empty-message"), new byte[2]);
    }
    Path target = Files.createDirectories(folder.resolve("payloadOfTheResponder"));
    byte[] valid = validPayload();
    byte[] badSignature = valid.clone();
    badSignature[60] ^= 1;
    Files.write(target.resolve("valid"), valid);
    Files.write(target.resolve("signature-changed"), badSignature);
    Files.write(target.resolve("cut"), Arrays.copyOf(valid, valid.length - 1));
    Files.write(target.resolve("no-signature"), Arrays.copyOf(valid, 38));
    Files.write(target.resolve("empty"), new byte[0]);
  }
}
