package io.ethpeerflow.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.interop.ours.Client;
import io.ethpeerflow.interop.ours.OurHost;
import io.ethpeerflow.interop.ours.Stack;
import io.ethpeerflow.interop.peer.Implementation;
import io.ethpeerflow.interop.peer.PeerProgram;
import io.ethpeerflow.interop.peer.PeerProgram.Pending;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A host of ours and a peer of another implementation, of which one dials the other.
 *
 * @param implementation of the peer
 * @param direction outbound when ours dials
 * @param stack what the connection uses
 * @param ours our host, of which connections of the other direction know nothing
 * @param peer the other implementation
 */
record Meeting(
    Implementation implementation,
    Direction direction,
    Stack stack,
    OurHost ours,
    PeerProgram peer) {

  Host host() {
    return ours.host();
  }

  PeerId peerId() {
    return peer.id();
  }

  /** Who the peer is, and where it listens on the transport of our host. */
  AddrInfo peerInfo() {
    return peer.info(stack.transport());
  }

  /** Checks that a connection is what the stack says. */
  void check(Connection connection) {
    assertThat(connection.transport()).isEqualTo(stack.transportName());
    assertThat(connection.security()).isEqualTo(stack.security());
    assertThat(connection.muxer()).isEqualTo(stack.muxer());
  }

  /** Our connection to the peer: one that we dialed before, or a new one. */
  Connection dial() {
    return host().connections(peerId()).stream()
        .filter(open -> open.direction() == Direction.OUTBOUND)
        .findFirst()
        .orElseGet(
            () ->
                Await.done(
                    OurHost.LIMIT,
                    host().connect(peerInfo(), DialOptions.DEFAULT.withForceNew(true))));
  }

  /** Our side of the commands, over {@link #dial}. */
  Client client() {
    return client(dial());
  }

  /** Our side of the commands, over a connection that is open. */
  Client client(Connection connection) {
    return new Client(
        connection,
        implementation.takesAnEarlyHalfClose(),
        implementation.pingsPerStream(stack.transport()));
  }

  /** The address at which the peer reaches us, with our id. */
  String ourAddress() {
    return ours.address(peer.ourIp()).withPeerId(ours.id()).toString();
  }

  /** Lets the peer do something with us: a command whose {@code addr} is ours. */
  JsonNode theirs(String command, Object... fields) {
    return theirs(PeerProgram.COMMAND_LIMIT, command, fields);
  }

  /** {@link #theirs(String, Object...)} with another limit. */
  JsonNode theirs(Duration limit, String command, Object... fields) {
    return peer.ask(limit, command, withAddress(fields));
  }

  /** {@link #theirs(String, Object...)} without waiting. */
  Pending theirsLater(String command, Object... fields) {
    return peer.askLater(command, withAddress(fields));
  }

  private Object[] withAddress(Object... fields) {
    Object[] all = Arrays.copyOf(fields, fields.length + 2);
    all[fields.length] = "addr";
    all[fields.length + 1] = ourAddress();
    return all;
  }

  /** The connection that the peer dialed; waits for it. */
  Connection dialedByThem() {
    return Await.value(
        "connection from " + peerId(),
        OurHost.LIMIT,
        () -> {
          List<Connection> open = host().connections(peerId());
          return open.isEmpty() ? null : open.get(0);
        });
  }
}
