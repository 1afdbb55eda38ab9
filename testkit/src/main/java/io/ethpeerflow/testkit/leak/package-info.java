/**
 * The leak check: every test class must leave buffers, descriptors, threads and child processes as
 * it found them.
 */
package io.ethpeerflow.testkit.leak;
