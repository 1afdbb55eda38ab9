package io.ethpeerflow.gossipsub.trace;

import java.util.Base64;
import java.util.HexFormat;

/** Writes JSON on one line: names and values in the order of the calls, commas between them. */
final class JsonLine {
  private static final char LINE_SEPARATOR = 0x2028;
  private static final char PARAGRAPH_SEPARATOR = 0x2029;

  private final StringBuilder out = new StringBuilder(256);
  private boolean comma;

  JsonLine begin() {
    out.setLength(0);
    comma = false;
    return open('{');
  }

  /** The line with its end; the next {@link #begin} overwrites it. */
  CharSequence end() {
    close('}');
    return out.append('\n');
  }

  JsonLine object(String name) {
    return name(name).open('{');
  }

  JsonLine object() {
    return open('{');
  }

  JsonLine endObject() {
    return close('}');
  }

  JsonLine array(String name) {
    return name(name).open('[');
  }

  JsonLine endArray() {
    return close(']');
  }

  JsonLine number(String name, long value) {
    name(name);
    out.append(value);
    comma = true;
    return this;
  }

  JsonLine bool(String name, boolean value) {
    name(name);
    out.append(value);
    comma = true;
    return this;
  }

  JsonLine text(String name, String value) {
    name(name);
    quoted(value);
    comma = true;
    return this;
  }

  JsonLine bytes(String name, byte[] value) {
    name(name);
    return base64(value);
  }

  /** An element of an array. */
  JsonLine bytes(byte[] value) {
    separate();
    return base64(value);
  }

  private JsonLine base64(byte[] value) {
    out.append('"').append(Base64.getEncoder().encodeToString(value)).append('"');
    comma = true;
    return this;
  }

  private JsonLine name(String name) {
    separate();
    out.append('"').append(name).append("\":");
    comma = false;
    return this;
  }

  private void separate() {
    if (comma) {
      out.append(',');
    }
    comma = false;
  }

  private JsonLine open(char bracket) {
    separate();
    out.append(bracket);
    return this;
  }

  private JsonLine close(char bracket) {
    out.append(bracket);
    comma = true;
    return this;
  }

  private void quoted(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (isPlain(value, i)) {
        out.append(c);
      } else {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    out.append('"');
  }

  /** Not what ends a line anywhere, moves a cursor, or is half a character. */
  private static boolean isPlain(String value, int at) {
    char c = value.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
    return !Character.isISOControl(c) && c != LINE_SEPARATOR && c != PARAGRAPH_SEPARATOR;
  }
}
