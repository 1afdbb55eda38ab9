/**
 * The roles of the public unified testing contracts, transport and perf, played by a host of ours.
 */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.interop.unified;
