package io.ethpeerflow.yamux.harness;

import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.yamux.YamuxConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Makes scripted remotes and closes their connections after the test. */
public final class Peers implements AfterEachCallback {
  private final List<AutoCloseable> made = new ArrayList<>();

  /** We are the server, the remote opens odd ids. */
  public RawPeer server() {
    return server(YamuxConfig.DEFAULT);
  }

  /** We are the server, and accept. */
  public RawPeer server(YamuxConfig config) {
    return keep(new RawPeer(config, Role.RESPONDER)).accepting();
  }

  /** We are the client, and accept. */
  public RawPeer client() {
    return client(YamuxConfig.DEFAULT);
  }

  public RawPeer client(YamuxConfig config) {
    return keep(new RawPeer(config, Role.INITIATOR)).accepting();
  }

  /** Closes something after the test, the last first. */
  public <T extends AutoCloseable> T keep(T closeable) {
    made.add(closeable);
    return closeable;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (AutoCloseable closeable : made.reversed()) {
      closeable.close();
    }
  }
}
