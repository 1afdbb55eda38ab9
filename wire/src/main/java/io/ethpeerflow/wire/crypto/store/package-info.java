/** Private keys on disk. */
package io.ethpeerflow.wire.crypto.store;
