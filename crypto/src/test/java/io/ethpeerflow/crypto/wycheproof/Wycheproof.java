package io.ethpeerflow.crypto.wycheproof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Project Wycheproof's cases, got by {@code crypto/wycheproof/fetch} when a test first asks. */
final class Wycheproof {
  private static final Path FETCH =
      Path.of(System.getProperty("peerflow.root"), "crypto/wycheproof/fetch");
  private static final int FETCH_SECONDS = 300;

  /** What a case says of itself. */
  enum Result {
    VALID,
    INVALID,
    ACCEPTABLE
  }

  /**
   * One case.
   *
   * @param group what it shares with others, such as a public key
   */
  record Case(String file, JsonNode group, JsonNode test) {
    Result result() {
      return Result.valueOf(test.get("result").asString().toUpperCase(Locale.ROOT));
    }

    byte[] bytes(String field) {
      return HexFormat.of().parseHex(test.get(field).asString());
    }

    boolean has(String flag) {
      for (JsonNode each : test.get("flags")) {
        if (each.asString().equals(flag)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String toString() {
      return file + " " + test.get("tcId") + " " + test.get("comment") + " " + test.get("flags");
    }
  }

  private static final class Folder {
    static final Object FOUND = find();

    private static Object find() {
      try {
        return fetch();
      } catch (IOException | IllegalStateException cannot) {
        System.err.println("\n*** wycheproof: NOT TESTED: " + cannot.getMessage() + "\n");
        return String.valueOf(cannot.getMessage());
      }
    }

    private static Path fetch() throws IOException {
      Path errors = Files.createTempFile("wycheproof", ".err");
      try {
        Process process =
            new ProcessBuilder(FETCH.toString())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(errors.toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (!process.waitFor(FETCH_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          process.destroyForcibly();
          throw new IllegalStateException(FETCH + ": " + Files.readString(errors).strip());
        }
        return Path.of(printed);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } finally {
        Files.delete(errors);
      }
    }
  }

  private Wycheproof() {}

  /**
   * All cases of a file.
   *
   * @throws TestAbortedException when they cannot be had, except under {@code CI=true}, where that
   *     fails the test
   */
  static List<Case> cases(String file) {
    if (!(Folder.FOUND instanceof Path folder)) {
      if (Boolean.parseBoolean(System.getenv("CI"))) {
        throw new AssertionError(Folder.FOUND);
      }
      throw new TestAbortedException(Folder.FOUND.toString());
    }
    var cases = new ArrayList<Case>();
    JsonNode all = new ObjectMapper().readTree(folder.resolve(file + "_test.json").toFile());
    for (JsonNode group : all.get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        cases.add(new Case(file, group, test));
      }
    }
    return cases;
  }
}
