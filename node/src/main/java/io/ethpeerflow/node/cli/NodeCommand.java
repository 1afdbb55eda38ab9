package io.ethpeerflow.node.cli;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands share: the terminal, {@code --help} and {@code --json}. */
abstract class NodeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this text.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Logs what happens, to stderr.")
  private boolean verbose;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  NodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  final Terminal terminal() {
    return terminal;
  }

  final boolean isJson() {
    return json;
  }

  final boolean isVerbose() {
    return verbose;
  }

  final PrintStream out() {
    return terminal.out();
  }

  /** Prints a result: the line for people, or the JSON object. */
  final void print(String line, JsonLine object) {
    out().println(json ? object : line);
    out().flush();
  }

  /** A failure that shows how the command is used. */
  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Prints a line for people only. */
  final void say(String line) {
    if (!json) {
      out().println(line);
    }
  }
}
