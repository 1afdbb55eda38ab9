package io.ethpeerflow.tls.engine;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one thing out of a ClientHello, before an engine sees it: the protocols that the client
 * offers by ALPN. Engines choose in different ways, some in an order of their own and some without
 * saying that nothing was in common; so a server chooses first and tells its engine the choice.
 *
 * <p>What is malformed here is left to the engine, which has the right alert for it.
 */
final class ClientHello {
  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER_BYTES = 5;
  private static final int MESSAGE_HEADER_BYTES = 4;
  private static final int VERSION_AND_RANDOM_BYTES = 34;
  private static final int ALPN = 16;

  private ClientHello() {}

  /**
   * The protocols offered, in the client's order; empty when it offers none.
   *
   * @param records borrows; what arrived so far, its indices do not change
   * @return null when more is needed
   * @throws WireFormatException when this is no ClientHello
   */
  static @Nullable List<String> offered(ByteBuf records) throws WireFormatException {
    ByteBuf message = message(records.slice());
    return message == null ? null : protocols(message);
  }

  /** The body of the first handshake message, put together when records split it. */
  private static @Nullable ByteBuf message(ByteBuf in) throws WireFormatException {
    ByteBuf body = null;
    while (in.isReadable()) {
      if (in.readUnsignedByte() != HANDSHAKE_RECORD) {
        throw new WireFormatException("the first TLS record holds no handshake message");
      }
      if (in.readableBytes() < RECORD_HEADER_BYTES - 1) {
        return null;
      }
      in.skipBytes(2);
      int length = in.readUnsignedShort();
      if (length == 0 || length > TlsContext.MAX_PLAINTEXT_BYTES) {
        throw new WireFormatException("handshake record of " + length + " bytes");
      }
      ByteBuf part = in.readSlice(Math.min(length, in.readableBytes()));
      // plain memory: it is looked at once and collected
      body = body == null ? part : Unpooled.copiedBuffer(body, part);
      if (body.readableBytes() >= MESSAGE_HEADER_BYTES) {
        int at = body.readerIndex();
        if (body.getUnsignedByte(at) != CLIENT_HELLO) {
          throw new WireFormatException("the first handshake message is no ClientHello");
        }
        int bodyBytes = body.getUnsignedMedium(at + 1);
        if (bodyBytes <= body.readableBytes() - MESSAGE_HEADER_BYTES) {
          return body.slice(at + MESSAGE_HEADER_BYTES, bodyBytes);
        }
      }
    }
    return null;
  }

  private static List<String> protocols(ByteBuf hello) throws WireFormatException {
    skip(hello, VERSION_AND_RANDOM_BYTES);
    vector(hello, 1);
    vector(hello, 2);
    vector(hello, 1);
    if (!hello.isReadable()) {
      return List.of();
    }
    ByteBuf extensions = vector(hello, 2);
    while (extensions.isReadable()) {
      int type = number(extensions, 2);
      ByteBuf content = vector(extensions, 2);
      if (type == ALPN) {
        return names(vector(content, 2));
      }
    }
    return List.of();
  }

  private static List<String> names(ByteBuf list) throws WireFormatException {
    var names = new ArrayList<String>();
    while (list.isReadable()) {
      names.add(vector(list, 1).toString(StandardCharsets.ISO_8859_1));
    }
    return names;
  }

  private static int number(ByteBuf in, int bytes) throws WireFormatException {
    if (in.readableBytes() < bytes) {
      throw cutOff();
    }
    return bytes == 1 ? in.readUnsignedByte() : in.readUnsignedShort();
  }

  private static ByteBuf vector(ByteBuf in, int lengthBytes) throws WireFormatException {
    int length = number(in, lengthBytes);
    if (in.readableBytes() < length) {
      throw cutOff();
    }
    return in.readSlice(length);
  }

  private static void skip(ByteBuf in, int bytes) throws WireFormatException {
    if (in.readableBytes() < bytes) {
      throw cutOff();
    }
    in.skipBytes(bytes);
  }

  private static WireFormatException cutOff() {
    return new WireFormatException("a part of the ClientHello is longer than what holds it");
  }
}
