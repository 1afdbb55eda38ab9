/** Benchmarks of module {@code multistream}. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.multistream;
