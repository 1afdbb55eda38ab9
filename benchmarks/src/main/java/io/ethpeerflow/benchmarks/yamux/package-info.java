/** The Yamux codec and machine, without cipher and socket. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.yamux;
