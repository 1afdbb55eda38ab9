package io.ethpeerflow.benchmarks.compare;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of the contract, run one after another by one thread. */
final class Commands implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final PeerHost peer;
  private final List<PeerHost> idlePeers = new ArrayList<>();

  Commands(PeerHost peer) {
    this.peer = peer;
  }

  /** Runs the command of one line and gives the object that answers it. */
  Map<String, @Nullable Object> answer(String line) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    try {
      JsonNode fields = JSON.readTree(line);
      answer.put("id", fields.get("id"));
      answer.put("ok", true);
      answer.putAll(run(new Command(fields)));
    } catch (RuntimeException failed) {
      answer.put("ok", false);
      answer.put("error", Objects.requireNonNullElse(failed.getMessage(), failed.toString()));
    }
    return answer;
  }

  private Map<String, Object> run(Command command) {
    return switch (command.name()) {
      case "connect" -> connect(connection(command));
      case "disconnect" -> {
        peer.disconnect(command.peer());
        yield Map.of();
      }
      case "ping" -> RoundTrips.ping(connection(command), command.count("count"));
      case "identify" -> identify(connection(command));
      case "known" -> known(command.peer());
      case "handle" -> {
        peer.serveEcho(command.protocol());
        yield Map.of();
      }
      case "echo" -> Transfers.echo(connection(command), command.number("bytes"));
      case "streams" ->
          RoundTrips.streams(
              connection(command), command.count("count"), command.countOrOne("concurrency"));
      case "open" ->
          Transfers.open(connection(command), command.protocol(), command.count("streams"));
      case "halfclose" -> Transfers.halfClose(connection(command), command.number("bytes"));
      case "reset" -> Transfers.awaitReset(connection(command));
      case "sendreset" -> {
        Transfers.sendReset(connection(command));
        yield Map.of();
      }
      case "slow" -> Transfers.writeToSlowReader(connection(command), command.number("bytes"));
      case "perf" -> BulkTransfer.of(command).run(connection(command));
      case "dials" ->
          RoundTrips.dials(peer, AddrInfo.of(Multiaddr.of(command.addr())), command.count("count"));
      case "idle" -> idle(command.addr(), command.count("count"));
      case "usage" -> ProcessUsage.now(command.isSet("collect"));
      default -> throw new CommandException("unsupported: unknown command " + command.name());
    };
  }

  private Connection connection(Command command) {
    return peer.connection(command.addr());
  }

  private static Map<String, Object> connect(Connection connection) {
    return Map.of(
        "peer",
        connection.remotePeer().toString(),
        "security",
        connection.security(),
        "muxer",
        connection.muxer());
  }

  private Map<String, Object> identify(Connection connection) {
    PeerId remote = connection.remotePeer();
    PeerHost.Identity identity = peer.identified(remote);
    Multiaddr observed = identity.observedAddress();
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("peer", remote.toString());
    found.put("agentVersion", identity.agentVersion());
    found.put("protocolVersion", identity.protocolVersion());
    found.put("observedAddr", observed == null ? "" : observed.toString());
    found.putAll(known(remote));
    return found;
  }

  private Map<String, Object> known(PeerId remote) {
    Peerstore store = peer.host().peerstore();
    return Map.of(
        "protocols",
        store.protocols(remote).stream().map(ProtocolId::name).toList(),
        "listenAddrs",
        store.addresses(remote).stream().map(Multiaddr::toString).toList());
  }

  /** Each identity is a host of its own with one thread: meant for hundreds, not for thousands. */
  private Map<String, Object> idle(String address, int count) {
    Map<String, Object> found = new LinkedHashMap<>();
    int opened = 0;
    try {
      for (; opened < count; opened++) {
        PeerHost identity = PeerHost.startIdle(peer.options());
        idlePeers.add(identity);
        identity.connection(address);
      }
    } catch (CommandException failed) {
      found.put("failure", String.valueOf(failed.getMessage()));
    }
    found.put("opened", opened);
    return found;
  }

  /** Ends what commands keep between them. */
  @Override
  public void close() {
    idlePeers.forEach(PeerHost::close);
  }
}
