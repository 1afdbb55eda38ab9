/** The Noise XX handshake, and libp2p's payload in it, as pure machines. */
package io.ethpeerflow.noise.handshake;
