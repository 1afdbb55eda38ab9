/** Multihash, multibase, CID and base58. */
package io.ethpeerflow.wire.multiformats;
