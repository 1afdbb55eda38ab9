/** Benchmarks of handshakes, ciphers and records. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.noise;
