package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HashSet;
import java.util.Set;

class InboundIdsFuzzTest {
  private static final int MOST = 1 << 11;

  /** Each of the remote's streams is new once, in whatever order they show. */
  @FuzzTest(maxDuration = "5m")
  void streams(byte[] input) {
    boolean dialed = input.length > 0 && (input[0] & 1) != 0;
    var ids = new InboundIds(dialed);
    Set<Long> seen = new HashSet<>();
    for (int i = 1; i + 1 < input.length; i += 2) {
      long id = ((input[i] & 0xffL) << 8 | input[i + 1] & 0xff) % MOST;
      boolean remotes = (id & 3) == (dialed ? 1 : 0);
      assertThat(ids.isNew(id)).as("stream %d", id).isEqualTo(remotes && seen.add(id));
    }
  }
}
