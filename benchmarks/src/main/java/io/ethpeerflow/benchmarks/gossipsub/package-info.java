/** What a Gossipsub router does for each RPC, message, peer and heartbeat, without streams. */
@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.gossipsub;
