package io.ethpeerflow.host.tcp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.sim.SimLoops;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A process that is out of descriptors says so now and then, not each time. */
class AcceptFailuresTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    said.start();
    logger.addAppender(said);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(said);
    logger.setAdditive(true);
  }

  @Test
  void failuresAreAllCountedAndToldOnceInAWhile() {
    var clock = new VirtualClock();
    SimLoop loop = new SimLoops(clock, "accepting", 1).nextSim();
    var counted = new AtomicLong();
    var channel =
        new EmbeddedChannel(
            new AcceptFailures(Multiaddr.of("/ip4/127.0.0.1/tcp/4001"), loop, counted::addAndGet));
    for (int i = 0; i < 45; i++) {
      channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));
      clock.advance(Duration.ofSeconds(1));
    }
    channel.checkException();
    assertThat(counted).hasValue(45);
    assertThat(said.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "cannot accept address=/ip4/127.0.0.1/tcp/4001 reason=Too many open files failures=1",
            "cannot accept address=/ip4/127.0.0.1/tcp/4001 reason=Too many open files failures=30");
    channel.finishAndReleaseAll();
  }
}
