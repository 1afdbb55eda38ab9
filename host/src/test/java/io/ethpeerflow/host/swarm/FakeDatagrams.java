package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/** Datagrams that go nowhere, and a connection that has them beside what a real one has. */
final class FakeDatagrams implements Datagrams {
  /** A connection that answers as another one does, but has datagrams. */
  static MuxedConnection on(MuxedConnection real, Datagrams datagrams) {
    return (MuxedConnection)
        Proxy.newProxyInstance(
            MuxedConnection.class.getClassLoader(),
            new Class<?>[] {MuxedConnection.class},
            (proxy, method, args) -> {
              if (method.getName().equals("datagrams")) {
                return datagrams;
              }
              try {
                return method.invoke(real, args);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Override
  public int maxBytes() {
    return 1200;
  }

  @Override
  public boolean send(ByteBuf payload) {
    payload.release();
    return false;
  }

  @Override
  public void receive(Consumer<ByteBuf> reader) {}

  @Override
  public Counts counts() {
    return Counts.NONE;
  }
}
