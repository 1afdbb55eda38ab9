package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A security protocol for tests, as simple as the contract allows. It proves identities and notices
 * changed bytes, but its keys follow from what anybody can read: it keeps no secret.
 *
 * <p>Each side sends HELLO (role, key, nonce, muxers), then PROOF (a signature of both nonces),
 * each behind two bytes of length. Then come records, see {@link InsecureRecordLink}.
 */
public final class InsecureTestSecurity implements SecurityProtocol {
  /** Its protocol id. */
  public static final ProtocolId ID = SimSecureLinkPair.SECURITY;

  private static final int NONCE_BYTES = 32;
  private static final int MAX_MESSAGE_BYTES = 4096;

  private final SecurityDefect defect;

  /** One that keeps the contract. */
  public InsecureTestSecurity() {
    this(SecurityDefect.NONE);
  }

  /** One that is broken in one way. */
  public InsecureTestSecurity(SecurityDefect defect) {
    this.defect = defect;
  }

  @Override
  public ProtocolId id() {
    return ID;
  }

  @Override
  public CompletableFuture<SecureLink> secure(ByteLink link, SecurityRequest request) {
    var handshake = new Handshake(link, request, defect);
    handshake.start();
    return handshake.result;
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Hello(Role role, PublicKey key, byte[] nonce, List<ProtocolId> muxers) {}

  private static final class Handshake implements ByteReceiver {
    private final ByteLink link;
    private final SecurityRequest request;
    private final SecurityDefect defect;
    private final CompletableFuture<SecureLink> result = new CompletableFuture<>();
    private final ByteBuf input;
    private final byte[] ownNonce = new byte[NONCE_BYTES];
    private @Nullable Hello remote;
    private boolean over;

    Handshake(ByteLink link, SecurityRequest request, SecurityDefect defect) {
      this.link = link;
      this.request = request;
      this.defect = defect;
      this.input = link.allocator().buffer();
    }

    void start() {
      request.random().nextBytes(ownNonce);
      result.whenComplete(
          (secured, failure) -> {
            if (result.isCancelled() && defect != SecurityDefect.IGNORES_CANCELLATION) {
              end();
            }
          });
      sendHello();
      link.receiver(this);
    }

    private void sendHello() {
      ByteBuf body = Unpooled.buffer();
      byte[] key = request.identity().publicKey().toBytes();
      body.writeByte(request.role() == Role.INITIATOR ? 1 : 2);
      body.writeShort(key.length).writeBytes(key).writeBytes(ownNonce);
      body.writeByte(request.muxers().size());
      for (ProtocolId muxer : request.muxers()) {
        body.writeShort(muxer.sizeBytes());
        muxer.writeTo(body);
      }
      send(body);
    }

    private void send(ByteBuf body) {
      ByteBuf message = link.allocator().buffer();
      message.writeShort(body.readableBytes()).writeBytes(body);
      body.release();
      link.write(message);
      link.flush();
    }

    @Override
    public void onData(ByteBuf data) {
      if (over) {
        data.release();
        return;
      }
      input.writeBytes(data);
      data.release();
      try {
        while (!over && readMessage()) {}
      } catch (HandshakeException refused) {
        fail(refused);
      } catch (WireFormatException malformed) {
        fail(new HandshakeException("malformed handshake: " + malformed.getMessage(), malformed));
      } catch (IndexOutOfBoundsException truncated) {
        fail(new HandshakeException("handshake message is too short for its content", truncated));
      }
    }

    private boolean readMessage() throws WireFormatException {
      if (input.readableBytes() < 2) {
        return false;
      }
      int length = input.getUnsignedShort(input.readerIndex());
      if (length > MAX_MESSAGE_BYTES && defect != SecurityDefect.BUFFERS_WITHOUT_BOUND) {
        throw new HandshakeException(
            "handshake message of " + length + " bytes exceeds the " + MAX_MESSAGE_BYTES);
      }
      if (input.readableBytes() < 2 + length
          || defect == SecurityDefect.BUFFERS_WITHOUT_BOUND && length > MAX_MESSAGE_BYTES) {
        return false;
      }
      input.skipBytes(2);
      ByteBuf message = input.readSlice(length);
      if (remote == null) {
        readHello(message);
      } else {
        readProof(message, remote);
      }
      return true;
    }

    private void readHello(ByteBuf message) throws WireFormatException {
      Role role = message.readByte() == 1 ? Role.INITIATOR : Role.RESPONDER;
      if (role == request.role()) {
        throw new HandshakeException("both sides are " + role);
      }
      PublicKey key = PublicKey.decode(bytes(message, message.readUnsignedShort()));
      byte[] nonce = bytes(message, NONCE_BYTES);
      List<ProtocolId> muxers = new ArrayList<>();
      for (int left = message.readUnsignedByte(); left > 0; left--) {
        muxers.add(ProtocolId.decode(bytes(message, message.readUnsignedShort())));
      }
      checkIdentity(PeerId.of(key));
      remote = new Hello(role, key, nonce, muxers);
      send(Unpooled.wrappedBuffer(request.identity().sign(transcript(request.role(), nonce))));
    }

    private void checkIdentity(PeerId found) {
      boolean skips =
          defect == SecurityDefect.SKIPS_IDENTITY_CHECK
              || defect == SecurityDefect.RESPONDER_SKIPS_IDENTITY_CHECK
                  && request.role() == Role.RESPONDER;
      PeerId expected = request.expectedPeer();
      if (expected != null && !expected.equals(found) && !skips) {
        throw new HandshakeException("peer is " + found + ", expected was " + expected);
      }
    }

    private static byte[] transcript(Role signer, byte[] nonce) {
      byte[] name = ("insecure-for-tests " + signer).getBytes(StandardCharsets.UTF_8);
      byte[] both = Arrays.copyOf(name, name.length + nonce.length);
      System.arraycopy(nonce, 0, both, name.length, nonce.length);
      return both;
    }

    private static byte[] bytes(ByteBuf from, int length) {
      byte[] bytes = new byte[Math.min(length, from.readableBytes() + 1)];
      from.readBytes(bytes);
      return bytes;
    }

    private void readProof(ByteBuf message, Hello hello) {
      byte[] signature = bytes(message, message.readableBytes());
      boolean proved = hello.key().verify(transcript(hello.role(), ownNonce), signature);
      if (!proved && defect != SecurityDefect.SKIPS_PROOF) {
        throw new HandshakeException("the remote's signature is wrong");
      }
      finish(hello);
    }

    private void finish(Hello hello) {
      var secured =
          new InsecureRecordLink(
              link, request.role(), ownNonce, hello.nonce(), hello.key(), muxer(hello), defect);
      if (input.isReadable() && defect != SecurityDefect.LOSES_BYTES_BEHIND_THE_HANDSHAKE) {
        link.unread(input.readRetainedSlice(input.readableBytes()));
      }
      end();
      secured.attach();
      if (!result.complete(secured)) {
        link.abort();
      }
    }

    private @Nullable ProtocolId muxer(Hello hello) {
      boolean initiator = request.role() == Role.INITIATOR;
      List<ProtocolId> first = initiator ? request.muxers() : hello.muxers();
      List<ProtocolId> second = initiator ? hello.muxers() : request.muxers();
      if (defect == SecurityDefect.PICKS_A_MUXER_THAT_WAS_NOT_OFFERED && !first.isEmpty()) {
        return first.get(0);
      }
      if (defect == SecurityDefect.SIDES_PICK_DIFFERENT_MUXERS) {
        first = request.muxers();
        second = hello.muxers();
      }
      return first.stream().filter(second::contains).findFirst().orElse(null);
    }

    private void fail(HandshakeException why) {
      end();
      if (defect == SecurityDefect.FAILS_WITH_ANOTHER_EXCEPTION) {
        result.completeExceptionally(new IllegalStateException(why));
      } else {
        result.completeExceptionally(why);
      }
    }

    private void end() {
      if (!over) {
        over = true;
        if (defect != SecurityDefect.LEAKS_ON_FAILURE) {
          input.release();
        }
      }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      if (!over && defect != SecurityDefect.HANGS_WHEN_THE_LINK_ENDS) {
        fail(new HandshakeException("the link ended during the handshake", cause));
      }
    }
  }

  /** The key of one direction, which anybody can compute. */
  static byte[] key(byte[] writerNonce, byte[] readerNonce) {
    byte[] both = Arrays.copyOf(writerNonce, 2 * NONCE_BYTES);
    System.arraycopy(readerNonce, 0, both, NONCE_BYTES, NONCE_BYTES);
    return both;
  }
}
