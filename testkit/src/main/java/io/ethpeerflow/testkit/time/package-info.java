/** Virtual time: a clock that tests move, and deterministic loops on it. */
package io.ethpeerflow.testkit.time;
