/** The scores of peers, P1 to P7 of Gossipsub 1.1. */
package io.ethpeerflow.gossipsub.score;
