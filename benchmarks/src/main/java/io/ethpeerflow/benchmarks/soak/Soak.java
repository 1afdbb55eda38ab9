package io.ethpeerflow.benchmarks.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;

/** The soak as a program: exit status 0 when everything is flat and nothing failed unprovoked. */
public final class Soak {
  private static final int FAILED_STATUS = 1;
  private static final int USAGE_STATUS = 2;

  private Soak() {}

  /** Runs the soak that the arguments ask for; {@code benchmarks/soak} says which there are. */
  public static void main(String[] arguments) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    SoakOptions options;
    try {
      options = SoakOptions.parse(new SecureRandom().nextInt(Integer.MAX_VALUE), arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println("soak: " + wrong.getMessage());
      System.exit(USAGE_STATUS);
      return;
    }
    out.println("seed " + options.seed() + ", output in " + options.output());
    System.exit(run(options, out) ? 0 : FAILED_STATUS);
  }

  private static boolean run(SoakOptions options, PrintStream out) throws Exception {
    Files.createDirectories(options.output());
    Path sampleFile = options.output().resolve("samples.csv");
    try (var incidents = new Incidents(options.output().resolve("incidents.log"))) {
      try (var conductor = new Conductor(options, incidents, sampleFile, out)) {
        conductor.run();
        out.println();
        out.println("operations " + conductor.operations());
        out.println("disturbances " + conductor.disturbances());
      }
      out.println("provoked failures " + incidents.counts());
      boolean flat = options.smoke() || judge(sampleFile, options, out);
      for (String wrong : incidents.wrongs()) {
        out.println("UNPROVOKED " + wrong);
      }
      boolean passed = flat && incidents.wrongCount() == 0;
      out.println(
          (passed ? "PASSED" : "FAILED")
              + ": "
              + (options.smoke() ? "slopes not looked at" : flat ? "all flat" : "not all flat")
              + ", "
              + incidents.wrongCount()
              + " unprovoked failures");
      return passed;
    }
  }

  private static boolean judge(Path sampleFile, SoakOptions options, PrintStream out)
      throws IOException {
    List<Sample> samples;
    try (Stream<String> lines = Files.lines(sampleFile)) {
      samples = lines.skip(1).map(Sample::parse).toList();
    }
    List<Verdict> verdicts = Verdict.of(samples, options.seed());
    double end = samples.isEmpty() ? 0 : samples.getLast().seconds();
    out.printf(
        "%nquiet samples from %.0f s to %.0f s, one median per cycle: %d points%n",
        Verdict.warmUpSeconds(end), end, verdicts.getFirst().points());
    out.println(Verdict.tableHead());
    verdicts.forEach(verdict -> out.println(verdict.toRow()));
    return verdicts.stream().allMatch(Verdict::isFlat);
  }
}
