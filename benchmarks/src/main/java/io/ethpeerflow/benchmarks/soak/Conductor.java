package io.ethpeerflow.benchmarks.soak;

import io.ethpeerflow.benchmarks.runtime.Background;
import io.ethpeerflow.benchmarks.soak.Sample.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Runs the soak: starts the host under test and the traffic makers, takes them through cycles of
 * trouble, calm and quiet, and samples the host.
 */
final class Conductor implements AutoCloseable {
  private static final int MILLIS_OF_TROUBLE = 8_000;
  private static final int DISTURBANCES = 5;
  private static final long CALM_MILLIS = 3_000;
  private static final long SETTLE_MILLIS = 1_500;
  private static final int QUIET_SAMPLES = 3;
  private static final long QUIET_PAUSE_MILLIS = 400;
  private static final long SAMPLE_PAUSE_MILLIS = 4_000;
  private static final int MIN_FREEZE_MILLIS = 1_000;
  private static final int FREEZE_RANGE_MILLIS = 3_000;

  private final SoakOptions options;
  private final Incidents incidents;
  private final PrintStream samples;
  private final PrintStream progress;
  private final Random random;
  private final Schedule schedule;
  private final AtomicReferenceArray<Child> makers;
  private final Map<String, Long> operations = new TreeMap<>();
  private final Map<Disturbance.Kind, Long> disturbances = new TreeMap<>();
  private final Child subject;
  private final long beginNanos = System.nanoTime();
  private int cycle;
  private volatile Phase phase = Phase.TROUBLE;

  Conductor(SoakOptions options, Incidents incidents, Path sampleFile, PrintStream progress)
      throws Exception {
    this.options = options;
    this.incidents = incidents;
    this.progress = progress;
    this.random = new Random(options.seed());
    this.schedule = new Schedule(random.nextLong(), options.makers(), options.only());
    this.makers = new AtomicReferenceArray<>(options.makers());
    this.samples = new PrintStream(sampleFile.toFile(), StandardCharsets.UTF_8);
    samples.println(Sample.header());
    var leak = options.leak();
    this.subject =
        Child.start(
            "host",
            incidents,
            command(Subject.class, leak == null ? List.of() : List.of(leak.name())));
  }

  /** A process with the flags and the class path of this one; buffers that leak are reported. */
  private static List<String> command(Class<?> program, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.contains("leakDetection"))
            .toList());
    command.add("-Dio.netty.leakDetection.level=advanced");
    command.add("-Xmx256m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Runs all cycles, then lets every peer go and sees what is left. */
  void run() throws Exception {
    for (int i = 0; i < options.makers(); i++) {
      startMaker(i);
    }
    Thread sampling = Thread.ofPlatform().daemon().name("sampling").start(this::sampleOften);
    do {
      cycle();
      cycle++;
    } while (!options.smoke() && elapsedSeconds() < options.duration().toSeconds());
    sampling.interrupt();
    sampling.join();
    for (int i = 0; i < options.makers(); i++) {
      askOrWrong(makers.get(i), "leave");
      makers.get(i).stop();
    }
    askOrWrong(subject, "settle");
    for (String kind : List.of("echo", "request", "ping", "push")) {
      if (operations.getOrDefault(kind, 0L) == 0) {
        incidents.wrong("conductor", "no " + kind + " ever succeeded");
      }
    }
  }

  private double elapsedSeconds() {
    return (System.nanoTime() - beginNanos) / 1e9;
  }

  private void startMaker(int number) throws Exception {
    Child maker =
        Child.start(
            "maker-" + number,
            incidents,
            command(
                Maker.class,
                List.of(
                    subject.addresses().get(0),
                    String.valueOf(number),
                    String.valueOf(random.nextLong()))));
    makers.set(number, maker);
    askOrWrong(subject, "protect " + peerOf(maker));
    askOrWrong(maker, "recover");
  }

  private static String peerOf(Child maker) {
    String address = maker.addresses().get(0);
    return address.substring(address.lastIndexOf('/') + 1);
  }

  private void cycle() throws Exception {
    enter(Phase.TROUBLE);
    List<Disturbance> drawn =
        schedule.next(options.smoke() ? options.only().size() : DISTURBANCES, MILLIS_OF_TROUBLE);
    trouble(drawn);
    askAll("recover");

    enter(Phase.CALM);
    askOrWrong(subject, "toggle");
    long checkSeed = random.nextLong();
    askAll("check " + checkSeed);
    for (int i = 0; i < options.makers(); i++) {
      askOrWrong(subject, "check " + makers.get(i).addresses().get(0));
    }
    Thread.sleep(CALM_MILLIS);

    askAll("close");
    phase = Phase.QUIET;
    Thread.sleep(SETTLE_MILLIS);
    for (int i = 0; i < QUIET_SAMPLES; i++) {
      sample();
      Thread.sleep(QUIET_PAUSE_MILLIS);
    }
    count();
    progress.printf(
        "%6.0f s  cycle %d  %s  provoked failures %d, others %d%n",
        elapsedSeconds(),
        cycle + 1,
        operations,
        incidents.counts().values().stream().mapToLong(Long::longValue).sum(),
        incidents.wrongCount());
  }

  private void enter(Phase next) {
    phase = next;
    askAll("open " + (next == Phase.CALM ? "calm" : "trouble"));
  }

  private void askAll(String command) {
    var answers = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < options.makers(); i++) {
      Child maker = makers.get(i);
      answers.add(
          Background.call(
              () -> {
                askOrWrong(maker, command);
                return null;
              }));
    }
    answers.forEach(CompletableFuture::join);
  }

  private String askOrWrong(Child child, String command) {
    try {
      return child.ask(command).get();
    } catch (ExecutionException failed) {
      incidents.wrong("conductor", "cycle " + cycle + ": " + Failures.describe(failed));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return "";
  }

  private void trouble(List<Disturbance> drawn) throws InterruptedException {
    var under = new ArrayList<CompletableFuture<Void>>();
    long begin = System.nanoTime();
    for (Disturbance disturbance : drawn) {
      long passed = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      Thread.sleep(Math.max(0, disturbance.afterMillis() - passed));
      disturbances.merge(disturbance.kind(), 1L, Long::sum);
      under.add(
          Background.call(
              () -> {
                disturb(disturbance);
                return null;
              }));
    }
    under.forEach(CompletableFuture::join);
  }

  private void disturb(Disturbance disturbance) {
    Child maker = makers.get(disturbance.maker());
    incidents.note("conductor", "disturbance: " + disturbance);
    try {
      switch (disturbance.kind().actor()) {
        case CONDUCTOR -> disturbProcess(disturbance, maker);
        case SUBJECT -> askSubject(disturbance, maker).get();
        case MAKER -> askMaker(disturbance, maker).get();
        case BOTH -> {
          CompletableFuture<String> there = askMaker(disturbance, maker);
          askSubject(disturbance, maker).get();
          there.get();
        }
      }
    } catch (Exception failure) {
      if (maker.mayEnd()) {
        incidents.note("conductor", "killed meanwhile: " + disturbance);
      } else {
        incidents.wrong("conductor", disturbance + ": " + Failures.describe(failure));
      }
    }
  }

  private static CompletableFuture<String> askMaker(Disturbance disturbance, Child maker) {
    return maker.ask("do " + disturbance.kind() + " " + disturbance.seed());
  }

  private CompletableFuture<String> askSubject(Disturbance disturbance, Child maker) {
    return subject.ask(
        "do " + disturbance.kind() + " " + disturbance.seed() + " " + maker.addresses().get(0));
  }

  private void disturbProcess(Disturbance disturbance, Child maker) throws Exception {
    if (disturbance.kind() == Disturbance.Kind.FREEZE) {
      maker.signal("STOP");
      try {
        Thread.sleep(
            MIN_FREEZE_MILLIS + new Random(disturbance.seed()).nextInt(FREEZE_RANGE_MILLIS));
      } finally {
        maker.signal("CONT");
      }
    } else {
      maker.kill();
      askOrWrong(subject, "unprotect " + peerOf(maker));
      startMaker(disturbance.maker());
      makers.get(disturbance.maker()).ask("open trouble").get();
    }
  }

  private void sampleOften() {
    try {
      while (true) {
        Thread.sleep(SAMPLE_PAUSE_MILLIS);
        if (phase != Phase.QUIET) {
          sample();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    String line = askOrWrong(subject, "sample");
    if (!line.isEmpty()) {
      synchronized (samples) {
        samples.println(
            new Sample(elapsedSeconds(), cycle, phase, Sample.parseValues(line)).toLine());
        samples.flush();
      }
    }
  }

  private void count() {
    for (int i = 0; i < options.makers(); i++) {
      for (String entry : askOrWrong(makers.get(i), "counts").split(" ")) {
        String[] parts = entry.split("=");
        if (parts.length == 2) {
          operations.merge(parts[0], Long.parseLong(parts[1]), Long::sum);
        }
      }
    }
  }

  /** How often each kind of operation succeeded. */
  Map<String, Long> operations() {
    return Map.copyOf(operations);
  }

  /** How often each kind of disturbance happened. */
  Map<Disturbance.Kind, Long> disturbances() {
    return new TreeMap<>(disturbances);
  }

  @Override
  public void close() throws IOException {
    samples.close();
    try {
      for (int i = 0; i < options.makers(); i++) {
        Child maker = makers.get(i);
        if (maker != null) {
          maker.kill();
        }
      }
      subject.stop();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
