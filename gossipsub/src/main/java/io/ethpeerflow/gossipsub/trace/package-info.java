/** What a router does, as events of the kinds of go-libp2p-pubsub's tracer, and as JSON lines. */
package io.ethpeerflow.gossipsub.trace;
