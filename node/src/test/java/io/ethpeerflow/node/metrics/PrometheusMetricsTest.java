package io.ethpeerflow.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.metrics.Metrics;
import org.junit.jupiter.api.Test;

final class PrometheusMetricsTest {
  @Test
  void countsTimesAndReadsValues() {
    try (var metrics = new PrometheusMetrics()) {
      Metrics.Counter counter = metrics.counter("peerflow.test.count", "kind", "one");
      counter.add(3);
      metrics.counter("peerflow.test.count", "kind", "one").increment();
      metrics.counter("peerflow.test.count", "kind", "two").increment();
      metrics.timer("peerflow.test.time").recordNanos(250_000_000);
      metrics.gauge("peerflow.test.size", () -> 42);

      assertThat(metrics.scrape())
          .contains("peerflow_test_count_total{kind=\"one\"} 4.0")
          .contains("peerflow_test_count_total{kind=\"two\"} 1.0")
          .contains("peerflow_test_time_seconds_sum 0.25")
          .contains("peerflow_test_time_seconds_count 1")
          .contains("peerflow_test_size 42.0")
          .contains("jvm_memory_used_bytes", "process_files_open_files", "jvm_threads_live");
    }
  }

  @Test
  void aGaugeLivesAsLongAsTheRegistry() {
    try (var metrics = new PrometheusMetrics()) {
      metrics.gauge("peerflow.test.kept", new Object()::hashCode);
      System.gc();
      assertThat(metrics.scrape()).doesNotContain("peerflow_test_kept NaN");
    }
  }
}
