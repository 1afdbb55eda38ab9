package io.ethpeerflow.tls;

/** What every security protocol has to do, with the JDK's engine. */
class JdkContractTest extends TlsContract {
  JdkContractTest() {
    super(TlsEngine.JDK);
  }
}
