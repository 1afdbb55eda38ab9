/** X25519 behind one seam. */
package io.ethpeerflow.crypto.agreement;
