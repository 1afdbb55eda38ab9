package io.ethpeerflow.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The transcripts that other libraries made, with the cases they were made from. */
public final class Transcripts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Transcripts() {}

  /** One transcript: {@code input} as in cases.json, {@code output} as in the library's file. */
  public record Transcript(String library, JsonNode input, JsonNode output) {
    public byte[] input(String key) {
      return HexFormat.of().parseHex(input.get(key).asString());
    }

    public byte[] message(int number) {
      return HexFormat.of().parseHex(output.get("messages").get(number - 1).asString());
    }

    public byte[] payload(int number) {
      return number == 1 ? new byte[0] : input("payload" + number);
    }

    public byte[] handshakeHash() {
      return HexFormat.of().parseHex(output.get("handshake_hash").asString());
    }

    @Override
    public String toString() {
      return library + ": " + input.get("name").asString();
    }
  }

  /** All of both libraries. */
  public static List<Transcript> all() {
    var all = new ArrayList<Transcript>();
    JsonNode cases = read("cases.json");
    for (String library : List.of("snow", "flynn")) {
      JsonNode outputs = read(library + ".json").get("transcripts");
      assertThat(outputs.size()).isEqualTo(cases.size()).isGreaterThan(4);
      for (int i = 0; i < cases.size(); i++) {
        assertThat(outputs.get(i).get("name")).isEqualTo(cases.get(i).get("name"));
        all.add(new Transcript(library, cases.get(i), outputs.get(i)));
      }
    }
    return all;
  }

  private static JsonNode read(String name) {
    try (InputStream in = Transcripts.class.getResourceAsStream("/vectors/noise/" + name)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
