/** Benchmarks of module {@code wire}: varints, multiaddrs, peer ids. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.wire;
