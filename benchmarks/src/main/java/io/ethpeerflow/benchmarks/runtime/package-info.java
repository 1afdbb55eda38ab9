/** This process: what the system gives it, and work beside the thread that asks for it. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.runtime;
