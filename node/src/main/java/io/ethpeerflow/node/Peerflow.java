package io.ethpeerflow.node;

import io.ethpeerflow.node.cli.Commands;
import io.ethpeerflow.node.cli.StopSignal;
import io.ethpeerflow.node.cli.Terminal;

/** Where {@code ./peerflow} begins. */
public final class Peerflow {
  private Peerflow() {}

  /**
   * Runs one command and ends the process with its status: 0 done, 1 failed, 2 wrong usage. A
   * command that runs until it is stopped ends with 0 on SIGTERM and SIGINT.
   */
  public static void main(String[] arguments) {
    StopSignal stop = StopSignal.ofProcess();
    int status = Commands.run(Terminal.ofProcess(stop), arguments);
    stop.exit(status);
  }
}
