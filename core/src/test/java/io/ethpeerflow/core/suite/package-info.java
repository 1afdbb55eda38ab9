/**
 * Conformance suites: what every security protocol, muxer and transport has to do, as tests that an
 * implementation inherits.
 */
@NullMarked
package io.ethpeerflow.core.suite;

import org.jspecify.annotations.NullMarked;
