/** Drives a router: its loop and clock, the streams to peers, validation. */
package io.ethpeerflow.gossipsub.net;
