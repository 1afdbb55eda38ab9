/** Names of application protocols. */
package io.ethpeerflow.wire.protocol;
