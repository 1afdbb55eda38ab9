/** Gossipsub for a host: topics to publish to and to subscribe to. */
package io.ethpeerflow.gossipsub;
