/** The unsigned varint of multiformats. */
package io.ethpeerflow.wire.varint;
