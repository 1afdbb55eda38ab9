package io.ethpeerflow.interop.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether an implementation can be run here. Its program is built when it is asked for first, once
 * per test run; the scripts beside the peers keep what they built, so that this is quick later.
 *
 * @param program the program and its first arguments; for a container, its image
 * @param missing why there is none; null when it can be run
 */
public record Installation(List<String> program, @Nullable String missing) {
  /** A first build compiles rust-libp2p or an image. */
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(25);

  private static final Duration ENGINE_LIMIT = Duration.ofSeconds(20);
  private static final Map<Implementation, Installation> DONE = new EnumMap<>(Implementation.class);

  /** The directory of the module. */
  public static Path module() {
    return Path.of(System.getProperty("peerflow.root", "..")).resolve("interop-tests");
  }

  /** The client of the container engine: of several, the one that the build scripts use. */
  static String docker() {
    String chosen = System.getenv("DOCKER");
    if (chosen != null && !chosen.isEmpty()) {
      return chosen;
    }
    return Files.isExecutable(Path.of("/usr/bin/docker")) ? "/usr/bin/docker" : "docker";
  }

  /** What there is of an implementation. */
  public static synchronized Installation of(Implementation implementation) {
    return DONE.computeIfAbsent(implementation, Installation::install);
  }

  private static Installation install(Implementation implementation) {
    try {
      String image = implementation.image();
      if (image != null) {
        Tool.run(ENGINE_LIMIT, script("containers/engine", "status"));
        Tool.run(BUILD_LIMIT, script("containers/images", image));
        return new Installation(List.of("ethpeerflow/" + image), null);
      }
      Tool.run(BUILD_LIMIT, script("peers/build-" + implementation.id()));
      return new Installation(script("peers/" + implementation.id() + "/peer"), null);
    } catch (Tool.Failure cannot) {
      System.err.println(
          "\n*** interop: " + implementation + " is NOT TESTED: " + cannot.getMessage() + "\n");
      return new Installation(List.of(), cannot.getMessage());
    }
  }

  private static List<String> script(String path, String... arguments) {
    var command = new ArrayList<String>();
    command.add(module().resolve(path).toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }
}
