package io.ethpeerflow.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML document into nodes that know their lines. Aliases and second documents are
 * refused.
 */
final class YamlTree {
  private static final YAMLFactory FACTORY = new YAMLFactory();
  private static final int MAX_DEPTH = 16;

  private final String source;
  private final YAMLParser parser;

  private YamlTree(String source, YAMLParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /**
   * Parses a document; an empty one is {@link YamlNode.Nothing}.
   *
   * @param source the file's name, for error messages
   */
  static YamlNode parse(String source, String text) throws ConfigException {
    try (var parser = (YAMLParser) FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new YamlTree(source, parser).document();
    } catch (JacksonException malformed) {
      TokenStreamLocation at = malformed.getLocation();
      throw new ConfigException(
          source, at == null ? Position.START : position(at), firstLine(malformed));
    }
  }

  private static String firstLine(JacksonException malformed) {
    String message = malformed.getOriginalMessage();
    return "not YAML: "
        + (message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable"));
  }

  private static Position position(TokenStreamLocation at) {
    return new Position(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  private Position here() {
    return position(parser.currentTokenLocation());
  }

  private YamlNode document() throws ConfigException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new YamlNode.Nothing(Position.START);
    }
    YamlNode root = value(first, 0);
    if (parser.nextToken() != null) {
      throw new ConfigException(source, here(), "a second document; one is allowed");
    }
    return root;
  }

  private YamlNode value(JsonToken token, int depth) throws ConfigException {
    Position at = here();
    if (depth > MAX_DEPTH) {
      throw new ConfigException(source, at, "nested deeper than " + MAX_DEPTH + " levels");
    }
    if (parser.isCurrentAlias()) {
      throw new ConfigException(source, at, "aliases are not allowed: write the value out");
    }
    return switch (token) {
      case START_OBJECT -> mapping(at, depth);
      case START_ARRAY -> sequence(at, depth);
      case VALUE_NULL -> new YamlNode.Nothing(at);
      default -> new YamlNode.Scalar(at, parser.getString());
    };
  }

  private YamlNode sequence(Position at, int depth) throws ConfigException {
    var items = new ArrayList<YamlNode>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(token, depth + 1));
    }
    return new YamlNode.Sequence(at, items);
  }

  private YamlNode mapping(Position at, int depth) throws ConfigException {
    var entries = new LinkedHashMap<String, YamlNode.Entry>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Position keyAt = here();
      String key = parser.currentName();
      YamlNode value = value(parser.nextToken(), depth + 1);
      if (entries.putIfAbsent(key, new YamlNode.Entry(keyAt, value)) != null) {
        throw new ConfigException(source, keyAt, "'" + key + "' is given twice");
      }
    }
    return new YamlNode.Mapping(at, entries);
  }
}
