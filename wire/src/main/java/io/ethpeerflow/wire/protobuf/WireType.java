package io.ethpeerflow.wire.protobuf;

/** The wire types of protobuf that are in use; groups (3 and 4) are not. */
final class WireType {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private WireType() {}
}
