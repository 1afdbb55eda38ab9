/**
 * The RPC of pubsub as protobuf: what peers tell each other, its bounds, and how much of it fits
 * into what a peer takes.
 */
package io.ethpeerflow.gossipsub.rpc;
