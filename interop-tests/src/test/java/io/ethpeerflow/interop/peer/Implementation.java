package io.ethpeerflow.interop.peer;

import io.ethpeerflow.wire.multiaddr.Protocol;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The other implementations, and what each can tell of itself. */
public enum Implementation {
  /** go-libp2p, in a container. */
  GO("go-libp2p", "peer-go", true),
  /** rust-libp2p, a process. */
  RUST("rust-libp2p", null, false),
  /** js-libp2p, a process. */
  JS("js-libp2p", null, true),
  /** py-libp2p, in a container. */
  PY("py-libp2p", "peer-py", false);

  private final String agent;
  private final @Nullable String image;
  private final boolean early;

  Implementation(String agent, @Nullable String image, boolean early) {
    this.agent = agent;
    this.image = image;
    this.early = early;
  }

  /** The name used in test names, scripts and directories. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A part of the agent version that identify tells, in lower case. */
  public String agent() {
    return agent;
  }

  /** Its image in the interop tests' name space, or null when it runs as a process. */
  public @Nullable String image() {
    return image;
  }

  /** Whether it runs in a container, with an address of its own. */
  public boolean inContainer() {
    return image != null;
  }

  /** Whether it can take its muxer from the security handshake. */
  public boolean negotiatesMuxerEarly() {
    return early;
  }

  /**
   * Whether it takes data and a half close that arrive together with the proposal of the protocol.
   */
  public boolean takesAnEarlyHalfClose() {
    return this != JS;
  }

  /** How many pings of a stream it answers. */
  public int pingsPerStream(Protocol transport) {
    return this == RUST && transport == Protocol.QUIC_V1 ? 1 : Integer.MAX_VALUE;
  }

  /**
   * Those that the system property {@code peerflow.interop.only} lists, separated by commas, or
   * all.
   */
  public static List<Implementation> chosen() {
    String only = System.getProperty("peerflow.interop.only", "");
    return List.of(values()).stream()
        .filter(each -> only.isEmpty() || List.of(only.split(",")).contains(each.id()))
        .toList();
  }

  @Override
  public String toString() {
    return id();
  }
}
