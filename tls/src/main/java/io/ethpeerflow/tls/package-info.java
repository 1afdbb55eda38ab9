/** The security protocol {@code /tls/1.0.0}. */
package io.ethpeerflow.tls;
