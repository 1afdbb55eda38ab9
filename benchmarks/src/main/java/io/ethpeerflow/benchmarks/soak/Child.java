package io.ethpeerflow.benchmarks.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A process of the soak, seen from the conductor. Any thread. */
final class Child {
  private static final long READY_SECONDS = 60;
  private static final long ANSWER_SECONDS = 90;
  private static final long STOP_SECONDS = 20;

  private final String name;
  private final Incidents incidents;
  private final Process process;
  private final PrintStream in;
  private final AtomicInteger nextId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<String>> pending = new ConcurrentHashMap<>();
  private final CompletableFuture<List<String>> addresses = new CompletableFuture<>();
  private final Thread outReader;
  private final Thread errReader;
  private volatile boolean mayEnd;

  private Child(String name, Incidents incidents, Process process) {
    this.name = name;
    this.incidents = incidents;
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.outReader = Thread.ofPlatform().daemon().name(name + "-out").start(this::readAnswers);
    this.errReader = Thread.ofPlatform().daemon().name(name + "-err").start(this::readErrors);
  }

  /** Starts a program, and waits until it says that it is ready. */
  static Child start(String name, Incidents incidents, List<String> command) throws Exception {
    var child = new Child(name, incidents, new ProcessBuilder(command).start());
    child.addresses.get(READY_SECONDS, TimeUnit.SECONDS);
    return child;
  }

  /** The full addresses of its host. */
  List<String> addresses() {
    return addresses.getNow(List.of());
  }

  long pid() {
    return process.pid();
  }

  /** Whether it was killed or stopped. */
  boolean mayEnd() {
    return mayEnd;
  }

  /** Has it run a command. Fails when it says so, when it ends, or when it takes too long. */
  CompletableFuture<String> ask(String command) {
    int id = nextId.incrementAndGet();
    var answer = new CompletableFuture<String>();
    pending.put(id, answer);
    synchronized (in) {
      in.println(id + " " + command);
    }
    if (!process.isAlive()) {
      answer.completeExceptionally(new IOException(name + " has ended"));
    }
    return answer
        .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
        .whenComplete((text, failure) -> pending.remove(id));
  }

  private void readAnswers() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException ended) {
      incidents.note(name, "its output ended: " + ended.getMessage());
    }
    var gone = new IOException(name + " has ended");
    addresses.completeExceptionally(gone);
    for (CompletableFuture<String> waiting : new ArrayList<>(pending.values())) {
      waiting.completeExceptionally(gone);
    }
    if (!mayEnd) {
      incidents.wrong(name, "ended by itself");
    }
  }

  private void take(String line) {
    String[] words = line.split(" ", 3);
    switch (words[0]) {
      case "ready" -> addresses.complete(List.of(line.substring("ready ".length()).split(" ")));
      case "wrong" -> incidents.wrong(name, line.substring("wrong ".length()));
      case "lost" -> incidents.note(name, line);
      default -> {
        CompletableFuture<String> answer = pending.get(Integer.parseInt(words[0]));
        String text = words.length > 2 ? words[2] : "";
        if (answer != null && words[1].equals("ok")) {
          answer.complete(text);
        } else if (answer != null) {
          answer.completeExceptionally(new IOException(name + " " + text));
        }
      }
    }
  }

  private void readErrors() {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        incidents.logged(name, line);
      }
    } catch (IOException ended) {
      incidents.note(name, "its log ended: " + ended.getMessage());
    }
  }

  /** Kills it on the spot, whatever it is doing. */
  void kill() throws InterruptedException {
    mayEnd = true;
    process.destroyForcibly();
    join();
  }

  /** Sends it a signal by its name. */
  void signal(String signal) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-s", signal, String.valueOf(pid()))
            .redirectErrorStream(true)
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("kill -s " + signal + " gave " + status);
    }
  }

  /** Ends its input, which ends it; kills it when that takes too long. */
  void stop() throws InterruptedException {
    mayEnd = true;
    in.close();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      incidents.wrong(name, "did not end within " + STOP_SECONDS + " s");
      process.destroyForcibly();
    }
    join();
  }

  private void join() throws InterruptedException {
    process.waitFor();
    outReader.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    errReader.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
  }
}
