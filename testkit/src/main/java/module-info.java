/** The test kit: virtual time, a simulated network, a real relay, the leak check and seeds. */
@org.jspecify.annotations.NullMarked
module io.ethpeerflow.testkit {
  requires transitive io.netty.buffer;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;
  requires io.netty.common;

  exports io.ethpeerflow.testkit.attack;
  exports io.ethpeerflow.testkit.await;
  exports io.ethpeerflow.testkit.leak;
  exports io.ethpeerflow.testkit.net;
  exports io.ethpeerflow.testkit.process;
  exports io.ethpeerflow.testkit.relay;
  exports io.ethpeerflow.testkit.seed;
  exports io.ethpeerflow.testkit.time;

  provides org.junit.jupiter.api.extension.Extension with
      io.ethpeerflow.testkit.leak.LeakCheck;
}
