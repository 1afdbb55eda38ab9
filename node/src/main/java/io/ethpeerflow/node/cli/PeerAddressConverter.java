package io.ethpeerflow.node.cli;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.AddrInfo;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a multiaddr that names its peer. */
final class PeerAddressConverter implements ITypeConverter<AddrInfo> {
  PeerAddressConverter() {}

  @Override
  public AddrInfo convert(String text) {
    try {
      AddrInfo peer = AddrInfo.parse(text);
      if (peer.addresses().isEmpty()) {
        throw new TypeConversionException("'" + text + "' says who, but not where");
      }
      return peer;
    } catch (WireFormatException malformed) {
      throw new TypeConversionException(
          "'" + text + "' is not a multiaddr that ends in /p2p/ID: " + malformed.getMessage());
    }
  }
}
