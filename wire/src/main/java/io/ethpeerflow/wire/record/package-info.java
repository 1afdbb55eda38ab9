/** Signed envelopes and the peer records in them (RFC 0002 and RFC 0003 of libp2p). */
package io.ethpeerflow.wire.record;
