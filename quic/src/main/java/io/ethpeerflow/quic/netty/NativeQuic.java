package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.error.TransportUnavailableException;
import io.netty.handler.codec.quic.Quic;
import io.netty.util.internal.PlatformDependent;

/** Whether Netty's native QUIC library can be used here. */
final class NativeQuic {
  private NativeQuic() {}

  /**
   * Checks that it can.
   *
   * @throws TransportUnavailableException naming the artifact that is missing
   */
  static void require() {
    if (!Quic.isAvailable()) {
      throw new TransportUnavailableException(
          QuicTransport.NAME,
          "io.netty:netty-codec-native-quic with classifier "
              + PlatformDependent.normalizedOs()
              + "-"
              + PlatformDependent.normalizedArch()
              + " is not on the class path, or does not load");
    }
  }
}
