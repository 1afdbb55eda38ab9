/**
 * Real relays on the loopback interface that misbehave on demand, between programs that know
 * nothing of it.
 *
 * <p>Threading: every method may be called from any thread; faults take effect for data that is
 * read after the call, unless said otherwise. The relays use virtual threads of their own, which
 * {@code close()} ends.
 */
package io.ethpeerflow.testkit.relay;
