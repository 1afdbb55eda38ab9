/** Signatures behind one seam: chosen for each algorithm by measurement, and replaceable. */
package io.ethpeerflow.crypto.signature;
