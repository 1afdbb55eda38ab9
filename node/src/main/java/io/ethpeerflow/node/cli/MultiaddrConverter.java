package io.ethpeerflow.node.cli;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a multiaddr. */
final class MultiaddrConverter implements ITypeConverter<Multiaddr> {
  MultiaddrConverter() {}

  @Override
  public Multiaddr convert(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (WireFormatException malformed) {
      throw new TypeConversionException(
          "'" + text + "' is not a multiaddr: " + malformed.getMessage());
    }
  }
}
