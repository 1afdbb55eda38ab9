package io.ethpeerflow.tls;

/** What every security protocol has to do, with Netty's BoringSSL engine. */
class TcnativeContractTest extends TlsContract {
  TcnativeContractTest() {
    super(TlsEngine.TCNATIVE);
  }
}
