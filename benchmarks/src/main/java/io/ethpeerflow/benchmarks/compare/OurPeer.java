package io.ethpeerflow.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our implementation behind the contract of {@code interop-tests/peers/README.md}: one JSON object
 * per line in, one per line out, so that it can stand wherever the programs of the other
 * implementations do.
 */
public final class OurPeer {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int USAGE_STATUS = 2;

  private OurPeer() {}

  /** Runs until standard input ends or SIGTERM arrives. */
  public static void main(String[] arguments) throws IOException {
    PeerOptions options;
    try {
      options = PeerOptions.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println("peer: " + wrong.getMessage());
      System.exit(USAGE_STATUS);
      return;
    }
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (var peer = PeerHost.start(options)) {
      Runtime.getRuntime().addShutdownHook(new Thread(peer::close, "shutdown"));
      serve(peer, System.in, out);
    }
  }

  /** Says who the peer is, then answers the lines of {@code in} one after another until its end. */
  static void serve(PeerHost peer, InputStream in, PrintStream out) throws IOException {
    Map<String, Object> hello = new LinkedHashMap<>();
    hello.put("peer", peer.host().id().toString());
    hello.put("addrs", peer.fullAddresses());
    out.println(JSON.writeValueAsString(hello));
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    try (var commands = new Commands(peer)) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          out.println(JSON.writeValueAsString(commands.answer(line)));
        }
      }
    }
  }
}
