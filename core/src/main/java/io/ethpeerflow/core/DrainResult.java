package io.ethpeerflow.core;

/**
 * What became of the streams of a connection that was drained.
 *
 * @param finished streams that ended by themselves within the grace
 * @param reset streams that were reset when the grace ended
 */
public record DrainResult(int finished, int reset) {}
