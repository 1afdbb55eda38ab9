package io.ethpeerflow.host.dial;

import java.lang.reflect.Proxy;

/** Stands in for an interface of which a dial needs next to nothing. */
final class Stub {
  private Stub() {}

  /** Implements the methods that are named, each with the value behind its name. */
  static <T> T answering(Class<T> type, Object... namesAndValues) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              for (int i = 0; i < namesAndValues.length; i += 2) {
                if (namesAndValues[i].equals(method.getName())) {
                  return namesAndValues[i + 1];
                }
              }
              throw new UnsupportedOperationException(method.getName());
            }));
  }
}
