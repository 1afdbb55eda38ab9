package io.ethpeerflow.host.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What echo does with bytes that the remote does not take back. */
class EchoTest {
  private final CompletableFuture<StreamEnd> closed = new CompletableFuture<>();
  private @Nullable StreamReader reader;
  private @Nullable Runnable resume;

  /** A stream whose remote takes nothing. */
  private final Stream full =
      (Stream)
          Proxy.newProxyInstance(
              Stream.class.getClassLoader(),
              new Class<?>[] {Stream.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "offer" -> false;
                    case "closed" -> closed;
                    case "read" -> {
                      reader = (StreamReader) arguments[0];
                      yield null;
                    }
                    case "onWritable" -> {
                      resume = (Runnable) arguments[0];
                      yield null;
                    }
                    default -> null;
                  });

  @Test
  void releasesWhatWaitedWhenTheConnectionEndsAfterTheRemotesEnd() {
    ByteBuf waiting = Unpooled.buffer(16).writeZero(16);
    Echo.echo(full);
    StreamReader reflector = Objects.requireNonNull(reader);
    reflector.onData(waiting);
    reflector.onEnd();

    // the write side has ended: its turn comes a last time, then the stream is closed
    Objects.requireNonNull(resume).run();
    closed.complete(new StreamEnd.Finished());

    assertThat(waiting.refCnt()).isZero();
  }

  @Test
  void releasesWhatIsDeliveredAfterTheStreamWasClosed() {
    ByteBuf waiting = Unpooled.buffer(16).writeZero(16);
    ByteBuf late = Unpooled.buffer(16).writeZero(16);
    Echo.echo(full);
    StreamReader reflector = Objects.requireNonNull(reader);
    reflector.onData(waiting);
    closed.complete(new StreamEnd.Finished());

    reflector.onData(late);

    assertThat(waiting.refCnt()).isZero();
    assertThat(late.refCnt()).isZero();
  }
}
