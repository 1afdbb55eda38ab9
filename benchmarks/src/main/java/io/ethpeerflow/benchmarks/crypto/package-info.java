/** Benchmarks of keys and signatures. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.crypto;
