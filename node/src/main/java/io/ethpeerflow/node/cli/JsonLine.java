package io.ethpeerflow.node.cli;

import java.io.StringWriter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** One JSON object on one line, its members in the order they were put. Not thread-safe. */
final class JsonLine {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final double MICRO_STEPS = 1e6;

  private final StringWriter text = new StringWriter();
  private final JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text);

  private JsonLine() {
    generator.writeStartObject();
  }

  static JsonLine of() {
    return new JsonLine();
  }

  JsonLine put(String name, @Nullable String value) {
    if (value == null) {
      generator.writeNullProperty(name);
    } else {
      generator.writeStringProperty(name, value);
    }
    return this;
  }

  JsonLine put(String name, long value) {
    generator.writeNumberProperty(name, value);
    return this;
  }

  JsonLine put(String name, boolean value) {
    generator.writeBooleanProperty(name, value);
    return this;
  }

  /** A number with six digits after the point at most. */
  JsonLine put(String name, double value) {
    generator.writeNumberProperty(name, Math.round(value * MICRO_STEPS) / MICRO_STEPS);
    return this;
  }

  /** An array of the values' text forms. */
  JsonLine put(String name, Collection<?> values) {
    generator.writeArrayPropertyStart(name);
    values.forEach(value -> generator.writeString(value.toString()));
    generator.writeEndArray();
    return this;
  }

  /** The line, without its end; nothing can be put afterwards. */
  @Override
  public String toString() {
    if (!generator.isClosed()) {
      generator.writeEndObject();
      generator.close();
    }
    return text.toString();
  }
}
