package io.ethpeerflow.crypto.choice;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds providers. */
public final class Services {
  private static final Logger LOG = LoggerFactory.getLogger(Services.class);

  private Services() {}

  /**
   * All that a loader of this module's class path finds; one that cannot be loaded is logged and
   * left out.
   *
   * @param loader made by the caller, whose module declares the use
   */
  public static <P> List<P> all(ServiceLoader<P> loader) {
    var found = new ArrayList<P>();
    Iterator<P> providers = loader.iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return found;
        }
        found.add(providers.next());
      } catch (ServiceConfigurationError e) {
        LOG.warn("crypto provider cannot be loaded: {}", e.getMessage());
      }
    }
  }
}
