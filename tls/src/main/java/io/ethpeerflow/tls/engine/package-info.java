/** Drives an {@link javax.net.ssl.SSLEngine} over a {@link io.ethpeerflow.core.spi.ByteLink}. */
package io.ethpeerflow.tls.engine;
