/** Who a peer is and where it may be found. */
package io.ethpeerflow.wire.peer;
