package io.ethpeerflow.host.resolve;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Looks names up in the DNS. Thread-safe. */
public interface NameService {
  /** Which addresses of a name are wanted. */
  enum Family {
    /** Both kinds. */
    ANY,
    /** A records. */
    IP4,
    /** AAAA records. */
    IP6
  }

  /**
   * The addresses of a host.
   *
   * @return at least one; fails when there is none
   */
  CompletableFuture<List<InetAddress>> addresses(String host, Family family);

  /**
   * The TXT records of a name, the strings of each joined.
   *
   * @return fails when the name does not exist
   */
  CompletableFuture<List<String>> texts(String name);
}
