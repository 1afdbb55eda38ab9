/** Tests of the soak: its statistics, its schedule, its command line. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.soak;
