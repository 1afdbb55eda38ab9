/**
 * The soak program: a host under test in a process of its own, others that load and disturb it, and
 * a conductor that says whether what the host holds stays flat.
 */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.soak;
