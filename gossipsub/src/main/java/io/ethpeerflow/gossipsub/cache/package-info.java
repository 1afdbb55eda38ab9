/** The messages that can still be asked for, and the ids of those that were seen. */
package io.ethpeerflow.gossipsub.cache;
