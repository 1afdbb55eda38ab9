package io.ethpeerflow.noise.aead;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the AEAD. Without a wish it is the available provider of the highest rank; the built-in
 * ranks follow measurements (see the module's README). What was chosen, and why others were passed
 * over, is logged once. Thread-safe.
 */
public final class AeadProviders {
  /** System property that names a provider, such as {@code jce}. */
  public static final String PROPERTY = "io.ethpeerflow.noise.aead";

  private static final Logger LOG = LoggerFactory.getLogger(AeadProviders.class);

  private static final class Default {
    static final AeadProvider PROVIDER = choose();
  }

  private AeadProviders() {}

  /**
   * The provider that the system property {@value #PROPERTY} names, else the best one.
   *
   * @throws IllegalStateException if the one that is named cannot be used
   */
  public static AeadProvider best() {
    return Default.PROVIDER;
  }

  /**
   * The provider with a name.
   *
   * @throws IllegalStateException if there is none, or it cannot be used here; says why
   */
  public static AeadProvider named(String name) {
    var names = new ArrayList<String>();
    for (AeadProvider provider : all()) {
      names.add(provider.name());
      if (provider.name().equals(name)) {
        String why = provider.unavailable();
        if (why != null) {
          throw new IllegalStateException("AEAD " + name + " cannot be used: " + why);
        }
        return provider;
      }
    }
    throw new IllegalStateException("AEAD " + name + " does not exist, there are " + names);
  }

  /** All providers that were found, best first, available or not. */
  public static List<AeadProvider> all() {
    var found = new ArrayList<AeadProvider>();
    var providers =
        ServiceLoader.load(AeadProvider.class, AeadProvider.class.getClassLoader()).iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        found.add(providers.next());
      } catch (ServiceConfigurationError e) {
        LOG.warn("aead provider cannot be loaded: {}", e.getMessage());
      }
    }
    found.sort(Comparator.comparingInt(AeadProvider::rank).reversed());
    return found;
  }

  private static AeadProvider choose() {
    String wish = System.getProperty(PROPERTY);
    if (wish != null && !wish.isEmpty()) {
      AeadProvider provider = named(wish);
      LOG.info("aead={} chosen by {}", wish, PROPERTY);
      return provider;
    }
    var passedOver = new StringBuilder();
    for (AeadProvider provider : all()) {
      @Nullable String why = provider.unavailable();
      if (why == null) {
        LOG.info("aead={}{}", provider.name(), passedOver);
        return provider;
      }
      passedOver.append(passedOver.isEmpty() ? "; passed over: " : ", ");
      passedOver.append(provider.name()).append(" (").append(why).append(')');
    }
    throw new IllegalStateException("no AEAD can be used" + passedOver);
  }
}
