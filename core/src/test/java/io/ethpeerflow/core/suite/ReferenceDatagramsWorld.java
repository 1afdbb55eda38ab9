package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.suite.MuxerWorld.Side;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Gives the connections of any world datagrams: {@link ReferenceDatagrams}. */
final class ReferenceDatagramsWorld {
  private final MuxerWorld inner;
  private final Map<Side, ReferenceDatagrams> datagrams = new EnumMap<>(Side.class);

  private ReferenceDatagramsWorld(MuxerWorld inner, DatagramDefect defect) {
    this.inner = inner;
    for (Side side : Side.values()) {
      datagrams.put(side, new ReferenceDatagrams(inner.loop(side), defect));
    }
    of(Side.LEFT).connect(of(Side.RIGHT));
    of(Side.RIGHT).connect(of(Side.LEFT));
  }

  /** The same world, with datagrams. */
  static MuxerWorld around(MuxerWorld inner, DatagramDefect defect) {
    var world = new ReferenceDatagramsWorld(inner, defect);
    return proxy(
        MuxerWorld.class,
        (method, args) -> {
          switch (method.getName()) {
            case "connect" -> {
              return world.connect((Side) args[0]);
            }
            case "stall" -> world.of(((Side) args[0]).other()).stall((Boolean) args[1]);
            default -> {}
          }
          return method.invoke(inner, args);
        });
  }

  private ReferenceDatagrams of(Side side) {
    return Objects.requireNonNull(datagrams.get(side));
  }

  private MuxedConnection connect(Side side) {
    MuxedConnection connection = inner.connect(side);
    connection.closed().thenRun(of(side)::end);
    return proxy(
        MuxedConnection.class,
        (method, args) ->
            method.getName().equals("datagrams") ? of(side) : method.invoke(connection, args));
  }

  private interface Answer {
    Object to(Method method, Object[] args) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              try {
                return answer.to(method, args);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }
}
