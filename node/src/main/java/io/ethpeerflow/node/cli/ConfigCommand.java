package io.ethpeerflow.node.cli;

import io.ethpeerflow.node.config.ConfigException;
import io.ethpeerflow.node.config.ConfigReader;
import io.ethpeerflow.node.daemon.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The configuration file. */
@Command(name = "config", description = "Shows the defaults, or checks a configuration.")
final class ConfigCommand extends NodeCommand {
  @ArgGroup(exclusive = true, multiplicity = "1")
  private Choice choice = new Choice();

  /** One of the two. */
  static final class Choice {
    @Option(names = "--defaults", description = "Prints a configuration with all defaults.")
    private boolean defaults;

    @Option(
        names = "--check",
        paramLabel = "FILE",
        description = "Says whether the file can be used, or what is wrong in which line.")
    private @Nullable Path check;

    Choice() {}
  }

  ConfigCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws IOException {
    Path file = choice.check;
    if (choice.defaults || file == null) {
      String yaml = ConfigReader.defaults();
      print(yaml.stripTrailing(), JsonLine.of().put("defaults", yaml));
      return CommandStatus.OK;
    }
    JsonLine line = JsonLine.of().put("file", file.toString());
    try {
      ConfigReader.read(file, DataFolder.home(terminal().variables()));
      print(file + ": ok", line.put("ok", true));
      return CommandStatus.OK;
    } catch (ConfigException wrong) {
      if (isJson()) {
        print("", line.put("ok", false).put("error", wrong.getMessage()));
      } else {
        terminal().err().println(wrong.getMessage());
      }
      return CommandStatus.FAILED;
    }
  }
}
