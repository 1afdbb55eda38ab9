package io.ethpeerflow.host.identify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.Unpooled;

/** Any bytes as an identify message: read within the bounds, or refused in one way. */
class IdentifyFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void message(byte[] bytes) {
    if (bytes.length > IdentifyConfig.DEFAULT.maxMessageBytes()) {
      return;
    }
    var merger = new IdentifyMessage.Merger(IdentifyConfig.DEFAULT);
    try {
      merger.add(Unpooled.wrappedBuffer(bytes));
    } catch (WireFormatException refused) {
      return;
    }
    IdentifyMessage read = merger.merged();
    if (read.protocols().size() > IdentifyConfig.DEFAULT.maxProtocols()
        || read.listenAddresses().size() > IdentifyConfig.DEFAULT.maxAddresses()) {
      throw new AssertionError("more kept than the bounds allow");
    }
    for (byte[] each : read.encode()) {
      if (each.length > IdentifyMessage.MAX_SENT_BYTES
          && read.signedRecord() == null
          && read.protocols().isEmpty()) {
        throw new AssertionError("a message of " + each.length + " bytes would be sent");
      }
    }
  }
}
