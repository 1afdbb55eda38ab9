package io.ethpeerflow.node.cli;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.event.HostEvent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** What a peer says of itself. */
@Command(name = "identify", description = "Asks a peer who it is, what it serves and where.")
final class IdentifyCommand extends DialCommand {
  IdentifyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Host host) throws Exception {
    var identified = new CompletableFuture<HostEvent.PeerIdentified>();
    host.on(HostEvent.PeerIdentified.class, identified::complete);
    host.on(
        HostEvent.IdentifyFailed.class, event -> identified.completeExceptionally(event.cause()));
    Connection connection = connect(host);
    print(connection, await(identified));
    return CommandStatus.OK;
  }

  private void print(Connection connection, HostEvent.PeerIdentified found) {
    List<String> protocols = found.protocols().stream().map(Object::toString).sorted().toList();
    say("peer       " + connection.remotePeer());
    say("agent      " + found.agentVersion());
    say("version    " + found.protocolVersion());
    say("sees us at " + Objects.requireNonNullElse(found.observedAddress(), "(not said)"));
    say("connection " + connection.security() + " " + connection.muxer());
    protocols.forEach(protocol -> say("serves     " + protocol));
    found.listenAddresses().forEach(address -> say("listens on " + address));
    if (isJson()) {
      print(
          "",
          JsonLine.of()
              .put("peer", connection.remotePeer().toString())
              .put("agentVersion", found.agentVersion())
              .put("protocolVersion", found.protocolVersion())
              .put("protocols", protocols)
              .put("listenAddrs", found.listenAddresses())
              .put("observedAddr", textOrNull(found.observedAddress()))
              .put("security", connection.security())
              .put("muxer", connection.muxer()));
    }
  }

  private static @Nullable String textOrNull(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
