/** Bounded waiting for what real threads do. */
package io.ethpeerflow.testkit.await;
