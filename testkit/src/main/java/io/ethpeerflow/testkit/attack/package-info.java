/**
 * A hostile peer that speaks every layer by hand, byte by byte: raw sockets, multistream-select,
 * Noise XX, Yamux. An independent second implementation on the JDK's own cryptography, so that what
 * it sends is chosen by the test and by nobody's encoder.
 */
package io.ethpeerflow.testkit.attack;
