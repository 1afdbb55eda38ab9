package io.ethpeerflow.node.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command knows of the world around the process.
 *
 * @param in what commands read that are told to
 * @param out results: text for people, or one JSON object per line
 * @param err warnings, failures and logs
 * @param interactive whether {@code err} is a terminal that somebody looks at
 * @param variables the environment
 * @param stop asks commands that run on and on to end
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean interactive,
    Map<String, String> variables,
    StopSignal stop) {
  /** Set by the launcher, which can ask the system whether stderr is a terminal. */
  private static final String TERMINAL_PROPERTY = "peerflow.terminal";

  /** This process. */
  public static Terminal ofProcess(StopSignal stop) {
    return new Terminal(
        System.in,
        System.out,
        System.err,
        Boolean.getBoolean(TERMINAL_PROPERTY),
        System.getenv(),
        stop);
  }
}
