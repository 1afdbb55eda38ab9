/** Benchmarks of handshakes and records. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.noise;
