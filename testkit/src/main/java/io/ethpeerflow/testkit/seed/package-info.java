/** Seeded randomness and a small property-test loop. */
package io.ethpeerflow.testkit.seed;
