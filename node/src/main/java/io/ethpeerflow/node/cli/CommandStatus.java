package io.ethpeerflow.node.cli;

/** What the process ends with. */
final class CommandStatus {
  /** The command did what it was asked to. */
  static final int OK = 0;

  /** The command could not do it. */
  static final int FAILED = 1;

  /** The command line, or the configuration, is wrong. */
  static final int USAGE = 2;

  private CommandStatus() {}
}
