/**
 * What stands in for the network in tests: loops in virtual time, links in memory and a transport
 * on the simulated network. The classes of production run on them unchanged.
 */
@NullMarked
package io.ethpeerflow.core.sim;

import org.jspecify.annotations.NullMarked;
