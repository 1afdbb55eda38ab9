/** ChaCha20-Poly1305 behind one seam: chosen at start-up by measurement, and replaceable. */
package io.ethpeerflow.crypto.aead;
