/** Threads for benchmarks that use pooled buffers. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.netty;
