/** libp2p Noise for links: {@link io.ethpeerflow.noise.NoiseSecurity} is the entry point. */
package io.ethpeerflow.noise;
