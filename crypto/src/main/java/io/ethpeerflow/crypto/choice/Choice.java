package io.ethpeerflow.crypto.choice;

import io.ethpeerflow.crypto.CryptoProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers of one kind of primitive, best first. Each is asked whether it can be used, and
 * tested whether its answers are right, once and not before it is needed: loading a native library
 * that a better provider makes superfluous would cost every start. Thread-safe.
 *
 * @param <P> the kind's provider
 */
public final class Choice<P extends CryptoProvider> {
  private static final Logger LOG = LoggerFactory.getLogger(Choice.class);

  private final String kind;
  private final String property;
  private final Set<String> elsewhere;
  private final List<P> providers;
  private final Function<P, @Nullable String> selfTest;
  private final Map<P, Optional<String>> judged = new HashMap<>();
  private volatile @Nullable P chosen;

  /**
   * A choice among providers.
   *
   * @param kind for logs and errors, such as {@code aead}
   * @param property the system property that overrides the order by a name
   * @param elsewhere names of providers that have this kind, but not what is chosen here: a wish
   *     for one of them is no wish
   * @param found in any order
   * @param selfTest gives what is wrong with the answers of a provider, or null; an exception that
   *     it throws counts as wrong
   */
  public Choice(
      String kind,
      String property,
      Set<String> elsewhere,
      List<P> found,
      Function<P, @Nullable String> selfTest) {
    this.kind = kind;
    this.elsewhere = Set.copyOf(elsewhere);
    this.property = property;
    this.selfTest = selfTest;
    var sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingInt(CryptoProvider::rank).reversed());
    providers = List.copyOf(sorted);
  }

  /** All, best first, usable or not. */
  public List<P> all() {
    return providers;
  }

  /** Why a provider cannot be used here or its answers cannot be trusted; null when it can. */
  public synchronized @Nullable String whyNot(P provider) {
    return judged.computeIfAbsent(provider, p -> Optional.ofNullable(judge(p))).orElse(null);
  }

  private @Nullable String judge(P provider) {
    try {
      String why = provider.unavailable();
      return why == null ? selfTest.apply(provider) : why;
    } catch (RuntimeException | LinkageError e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }

  /** Those that can be used, best first. */
  public List<P> usable() {
    return providers.stream().filter(p -> whyNot(p) == null).toList();
  }

  /**
   * The one with a name.
   *
   * @throws IllegalStateException if there is none, or it cannot be used here; says why
   */
  public P named(String name) {
    for (P provider : providers) {
      if (provider.name().equals(name)) {
        String why = whyNot(provider);
        if (why != null) {
          throw refused(name, "cannot be used: " + why);
        }
        return provider;
      }
    }
    throw refused(name, "does not exist");
  }

  private IllegalStateException refused(String name, String why) {
    List<String> names = providers.stream().map(CryptoProvider::name).toList();
    return new IllegalStateException(
        kind + " " + name + " " + why + "; those that exist are " + names);
  }

  /**
   * The one that the system property names, else the best. Logged once: which, and why better ones
   * were passed over.
   *
   * @throws IllegalStateException if what the property names cannot be used, or nothing can
   */
  public P chosen() {
    P present = chosen;
    return present == null ? choose() : present;
  }

  private synchronized P choose() {
    P present = chosen;
    if (present == null) {
      String wish = System.getProperty(property, "");
      present = wish.isEmpty() || elsewhere.contains(wish) ? best() : wished(wish);
      chosen = present;
    }
    return present;
  }

  private P wished(String name) {
    try {
      P provider = named(name);
      LOG.info("{}={} chosen by {}", kind, name, property);
      return provider;
    } catch (IllegalStateException e) {
      throw new IllegalStateException(property + ": " + e.getMessage(), e);
    }
  }

  private P best() {
    var passedOver = new LinkedHashMap<String, String>();
    for (P provider : providers) {
      String why = whyNot(provider);
      if (why == null) {
        LOG.info(
            "{}={}{}",
            kind,
            provider.name(),
            passedOver.isEmpty() ? "" : " passed over: " + passedOver);
        return provider;
      }
      passedOver.put(provider.name(), why);
    }
    throw new IllegalStateException("no " + kind + " can be used: " + passedOver);
  }
}
