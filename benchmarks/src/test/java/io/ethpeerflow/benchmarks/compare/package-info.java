@org.jspecify.annotations.NullMarked
package io.ethpeerflow.benchmarks.compare;
