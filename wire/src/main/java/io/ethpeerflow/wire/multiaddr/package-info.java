/** Self-describing network addresses, kept in their binary form. */
package io.ethpeerflow.wire.multiaddr;
