/** Benchmarks of ciphers, signatures and key agreement, each provider by itself. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.crypto;
