/** The TLS engine that Netty brings, as an option. */
package io.ethpeerflow.tls.netty;
