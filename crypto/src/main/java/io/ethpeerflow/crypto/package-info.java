/**
 * The primitives that the stack is built on: one seam for each kind, several implementations behind
 * it.
 */
package io.ethpeerflow.crypto;
