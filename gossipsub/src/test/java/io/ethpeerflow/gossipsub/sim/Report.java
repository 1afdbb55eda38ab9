package io.ethpeerflow.gossipsub.sim;

import io.ethpeerflow.gossipsub.sim.GossipWorld.Published;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How messages reached honest peers.
 *
 * @param due deliveries that there should be: of each message to each peer that is there at the end
 *     and was settled when it was published
 * @param delivered those that there were
 * @param latenciesMillis of these, ascending
 */
record Report(long due, long delivered, double[] latenciesMillis) {
  static Report of(Collection<Published> messages, List<HonestPeer> peers, Duration settled) {
    long due = 0;
    double[] latencies = new double[messages.size() * peers.size()];
    int delivered = 0;
    for (Published message : messages) {
      for (HonestPeer peer : peers) {
        if (message.atNanos - peer.joinedNanos() >= settled.toNanos()) {
          due++;
          Long at = message.deliveredNanos.get(peer);
          if (at != null) {
            latencies[delivered++] = (at - message.atNanos) / 1e6;
          }
        }
      }
    }
    latencies = Arrays.copyOf(latencies, delivered);
    Arrays.sort(latencies);
    return new Report(due, delivered, latencies);
  }

  /** The part of the deliveries due that came within a time. */
  double ratioWithin(Duration limit) {
    double limitMillis = limit.toNanos() / 1e6;
    long within = Arrays.stream(latenciesMillis).filter(millis -> millis <= limitMillis).count();
    return due == 0 ? 0 : (double) within / due;
  }

  double percentileMillis(double part) {
    return latenciesMillis.length == 0
        ? Double.NaN
        : latenciesMillis[
            (int) Math.min(latenciesMillis.length - 1, part * latenciesMillis.length)];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d deliveries, p50 %.0f ms, p99 %.0f ms, longest %.0f ms",
        delivered,
        due,
        percentileMillis(0.5),
        percentileMillis(0.99),
        percentileMillis(1));
  }
}
