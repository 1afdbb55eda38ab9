package io.ethpeerflow.interop.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A bridge network of the container engine, for the containers of one test class. */
public final class BridgeNetwork implements AutoCloseable {
  private static final String LABEL = "io.ethpeerflow.interop";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static int made;

  private final String name;
  private final String gateway;

  private BridgeNetwork(String name, String gateway) {
    this.name = name;
    this.gateway = gateway;
  }

  /** Makes a network; those that runs left behind which were killed are removed. */
  public static synchronized BridgeNetwork create() {
    docker("network", "prune", "--force", "--filter", "label=" + LABEL, "--filter", "until=1h");
    String name = "peerflow-interop-" + ProcessHandle.current().pid() + "-" + made++;
    docker("network", "create", "--label", LABEL, name);
    String gateway =
        docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name);
    return new BridgeNetwork(name, gateway);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The address at which its containers reach this machine. */
  public String gateway() {
    return gateway;
  }

  @Override
  public void close() {
    docker("network", "rm", name);
  }

  static String docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Installation.docker()));
    command.addAll(List.of(arguments));
    try {
      return Tool.run(LIMIT, command);
    } catch (Tool.Failure failure) {
      throw new PeerFailure(failure.getMessage());
    }
  }
}
