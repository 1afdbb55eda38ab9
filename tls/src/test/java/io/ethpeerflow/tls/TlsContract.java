package io.ethpeerflow.tls;

import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.suite.SecurityContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** {@link SecurityContract} for TLS with one engine at both ends. */
abstract class TlsContract extends SecurityContract {
  private final TlsEngine engine;
  private final List<TlsSecurity> made = new ArrayList<>();

  TlsContract(TlsEngine engine) {
    this.engine = engine;
  }

  @Override
  protected SecurityProtocol security() {
    TlsSecurity security = TlsPair.security(engine);
    made.add(security);
    return security;
  }

  @AfterEach
  void freesContexts() {
    made.forEach(TlsSecurity::close);
  }
}
