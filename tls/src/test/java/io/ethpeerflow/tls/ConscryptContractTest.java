package io.ethpeerflow.tls;

/** What every security protocol has to do, with Conscrypt's engine. */
class ConscryptContractTest extends TlsContract {
  ConscryptContractTest() {
    super(TlsEngine.CONSCRYPT);
  }
}
