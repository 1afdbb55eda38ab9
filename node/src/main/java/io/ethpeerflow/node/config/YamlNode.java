package io.ethpeerflow.node.config;

import java.util.List;
import java.util.Map;

/** A YAML value that knows where it stands. */
sealed interface YamlNode {
  Position at();

  /** What it is, for error messages. */
  String kind();

  /** A scalar as it was written, without quotes. */
  record Scalar(Position at, String text) implements YamlNode {
    @Override
    public String kind() {
      return "'" + text + "'";
    }
  }

  /** A value that was left out. */
  record Nothing(Position at) implements YamlNode {
    @Override
    public String kind() {
      return "nothing";
    }
  }

  /** A list. */
  record Sequence(Position at, List<YamlNode> items) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys and values in the order of the file. */
  record Mapping(Position at, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /** A value and where its key stands. */
  record Entry(Position keyAt, YamlNode value) {}
}
