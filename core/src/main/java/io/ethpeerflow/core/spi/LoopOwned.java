package io.ethpeerflow.core.spi;

/** Marks the threads of event loops: blocking calls refuse to run on them. */
public interface LoopOwned {}
