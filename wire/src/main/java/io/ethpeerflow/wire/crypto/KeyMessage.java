package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import org.jspecify.annotations.Nullable;

/** The protobuf message {@code {1: Type, 2: Data}} that public and private keys share. */
final class KeyMessage {
  private final KeyType type;
  private final byte[] data;

  private KeyMessage(KeyType type, byte[] data) {
    this.type = type;
    this.data = data;
  }

  KeyType type() {
    return type;
  }

  byte[] data() {
    return data;
  }

  static KeyMessage decode(ProtoReader in, int maxDataBytes) throws WireFormatException {
    // [spec peer-ids/keys] both fields are required; py-libp2p leaves out a type of zero, which is
    // RSA
    KeyType type = KeyType.RSA;
    byte @Nullable [] data = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = KeyType.ofCode(in.varint());
        case 2 -> data = in.bytes(maxDataBytes);
        default -> {}
      }
    }
    if (data == null) {
      throw new WireFormatException("key message without its data");
    }
    return new KeyMessage(type, data);
  }

  // [spec peer-ids/keys] deterministic: both fields, in the order of their tags, minimal varints,
  // nothing else
  static byte[] encode(KeyType type, byte[] data) {
    return ProtoWriter.bytesOf(out -> out.varint(1, type.code()).bytes(2, data));
  }
}
