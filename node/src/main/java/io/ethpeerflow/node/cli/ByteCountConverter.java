package io.ethpeerflow.node.cli;

import io.ethpeerflow.node.config.ByteCount;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an amount of bytes, with a unit or without. */
final class ByteCountConverter implements ITypeConverter<Long> {
  ByteCountConverter() {}

  @Override
  public Long convert(String text) {
    try {
      return ByteCount.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw new TypeConversionException(String.valueOf(malformed.getMessage()));
    }
  }
}
