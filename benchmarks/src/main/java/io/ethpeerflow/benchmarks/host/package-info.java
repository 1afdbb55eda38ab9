/** Whole hosts. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.host;
