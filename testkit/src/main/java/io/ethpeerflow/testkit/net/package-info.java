/**
 * A network in virtual time: nodes with addresses, links with latency, bandwidth and loss, datagram
 * sockets and TCP-like streams, all driven by one seed.
 *
 * <p>Threading: everything runs on the thread of the {@link
 * io.ethpeerflow.testkit.time.VirtualClock}; each socket's calls and callbacks belong to its {@link
 * io.ethpeerflow.testkit.time.VirtualLoop}.
 */
package io.ethpeerflow.testkit.net;
