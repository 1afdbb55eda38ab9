/** What is looked at of a QUIC packet before a connection takes it. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.quic;
