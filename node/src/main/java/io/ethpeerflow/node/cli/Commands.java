package io.ethpeerflow.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ethpeerflow.node.logging.Logging;
import io.ethpeerflow.node.logging.LoggingSettings;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line as a whole: parses, runs the command, turns failures into text and status. */
@Command(
    name = "peerflow",
    description = "A libp2p node for the JVM, and tools to look at other nodes.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      RunCommand.class,
      ConfigCommand.class,
      IdCommand.class,
      ListenCommand.class,
      PingCommand.class,
      IdentifyCommand.class,
      PerfCommand.class,
      DialsCommand.class,
      StreamsCommand.class,
      SubCommand.class,
      PubCommand.class
    },
    footer = {
      "",
      "Exit status: 0 done, 1 failed, 2 wrong usage.",
      "MULTIADDR ends in the peer's id: /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW..."
    })
public final class Commands implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  Commands() {}

  /**
   * Runs one command line.
   *
   * @return the exit status: 0 done, 1 failed, 2 wrong usage
   */
  public static int run(Terminal terminal, String... arguments) {
    var commandLine = new CommandLine(new Commands(), new Factory(terminal));
    commandLine
        .setOut(new PrintWriter(terminal.out(), true, UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(
            parsed -> {
              Logging.configure(logging(parsed), terminal.err());
              return new CommandLine.RunLast().execute(parsed);
            })
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> report(terminal, failure, command));
    return commandLine.execute(arguments);
  }

  private static LoggingSettings logging(CommandLine.ParseResult parsed) {
    CommandLine.ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    return command.commandSpec().userObject() instanceof NodeCommand node && node.isVerbose()
        ? LoggingSettings.VERBOSE
        : LoggingSettings.QUIET;
  }

  private static int report(Terminal terminal, Exception failure, CommandLine command) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String message = Failures.describe(failure);
    if (command.getCommand() instanceof NodeCommand node && node.isJson()) {
      terminal.out().println(JsonLine.of().put("error", message));
    } else {
      terminal.err().println("peerflow " + command.getCommandName() + ": " + message);
    }
    return CommandStatus.FAILED;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Gives commands the terminal; everything else is made as picocli does. */
  private record Factory(Terminal terminal) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (NodeCommand.class.isAssignableFrom(type)) {
        try {
          return type.getDeclaredConstructor(Terminal.class).newInstance(terminal);
        } catch (InvocationTargetException failure) {
          throw new IllegalStateException(failure.getCause());
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
