/** Our implementation behind the peer contract of the interop tests, for side-by-side runs. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.compare;
