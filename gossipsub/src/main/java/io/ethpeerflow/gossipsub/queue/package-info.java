/** What waits to be sent to one peer: lanes by priority, bounds, and the packing of RPCs; pure. */
package io.ethpeerflow.gossipsub.queue;
