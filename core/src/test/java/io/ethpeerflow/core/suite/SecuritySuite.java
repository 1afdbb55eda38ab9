package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the cases of {@link SecurityContract} share: the protocol under test and what it can do. */
@Timeout(300)
abstract class SecuritySuite {
  static final int KIB = 1024;
  static final Pattern PATTERN = new Pattern(1);
  static final Pattern OTHER = new Pattern(2);
  static final ProtocolId YAMUX = ProtocolId.of("/yamux/1.0.0");
  static final ProtocolId MPLEX = ProtocolId.of("/mplex/6.7.0");
  static final ProtocolId THIRD = ProtocolId.of("/third/1.0.0");

  private final List<SecurityRig> rigs = new ArrayList<>();

  /** A protocol with its defaults; called once for each end. */
  protected abstract SecurityProtocol security();

  /** Whether the handshake can agree on a muxer. */
  protected boolean agreesOnMuxers() {
    return true;
  }

  /** The most bytes of a handshake that one side sends, with the largest key. */
  protected int maxHandshakeBytes() {
    return 64 * KIB;
  }

  SecurityRig rig() {
    return rig(LinkOptions.DEFAULT);
  }

  SecurityRig rig(LinkOptions options) {
    var rig = new SecurityRig(security(), security(), options);
    rigs.add(rig);
    return rig;
  }

  /** Two ends after a handshake, with probes installed. */
  SecurityRig secured() {
    return rig().secured();
  }

  @AfterEach
  void endsWithNothingLeftOver() {
    rigs.forEach(SecurityRig::finish);
  }
}
