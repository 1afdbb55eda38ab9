/**
 * The self-signed certificate that proves who a peer is: how it is made and how it is checked. TLS
 * over TCP and QUIC share it.
 */
package io.ethpeerflow.tls.certificate;
