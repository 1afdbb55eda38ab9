package io.ethpeerflow.gossipsub.score;

import io.ethpeerflow.gossipsub.rpc.TopicId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How peers are scored.
 *
 * @param topics parameters of the topics that count; messages and meshes of others do not
 * @param topicScoreCap the most that all topics together count; 0 for no cap. It bounds what a good
 *     peer can save up for misbehaviour.
 * @param applicationWeight weight of P5; at least 0
 * @param colocation P6
 * @param behaviour P7
 * @param decayInterval how often counters decay; at least 1 s, as go-libp2p has it
 * @param decayToZero below this a counter that decays is 0; between 0 and 1, both excluded
 * @param retention how long the score of a peer that left is kept when it is negative; at least 0
 * @param maxRetained how many of these are kept; the oldest goes first. Bounds what peers can cost
 *     that come with ever new ids. At least 1.
 * @param deliveryRetention how long it is remembered who brought a message; positive, by custom as
 *     long as ids count as seen
 * @param maxDeliveries of how many messages that is remembered; the oldest goes first. At least 1.
 */
public record ScoreParams(
    Map<TopicId, TopicScoreParams> topics,
    double topicScoreCap,
    double applicationWeight,
    Colocation colocation,
    Behaviour behaviour,
    Duration decayInterval,
    double decayToZero,
    Duration retention,
    int maxRetained,
    Duration deliveryRetention,
    int maxDeliveries) {
  /**
   * No topics and all parts off; decay every second to zero below 0.1, an hour of retention for at
   * most 10,000 peers, and two minutes for at most 65,536 messages.
   */
  public static final ScoreParams OFF =
      new ScoreParams(
          Map.of(),
          0,
          0,
          Colocation.OFF,
          Behaviour.OFF,
          Duration.ofSeconds(1),
          0.1,
          Duration.ofHours(1),
          10_000,
          Duration.ofMinutes(2),
          1 << 16);

  /**
   * Checks the ranges and copies the topics.
   *
   * @throws IllegalArgumentException naming the component and its value
   */
  public ScoreParams {
    topics = Map.copyOf(topics);
    Check.reward("topicScoreCap", topicScoreCap);
    Check.reward("applicationWeight", applicationWeight);
    Check.positive("decayInterval", decayInterval);
    Check.that(
        decayInterval.compareTo(Duration.ofSeconds(1)) >= 0,
        "decayInterval",
        decayInterval,
        "at least 1 s");
    Check.decay("decayToZero", decayToZero);
    Check.notNegative("retention", retention);
    Check.that(maxRetained >= 1, "maxRetained", maxRetained, "at least 1");
    Check.positive("deliveryRetention", deliveryRetention);
    Check.that(maxDeliveries >= 1, "maxDeliveries", maxDeliveries, "at least 1");
  }

  /**
   * The factor with which a counter of 1 is below {@code decayToZero} after {@code period}.
   *
   * @throws IllegalArgumentException if an argument is not positive, {@code decayToZero} is not
   *     below 1, or the period is shorter than the interval
   */
  public static double decayFactor(Duration period, Duration interval, double decayToZero) {
    Check.positive("period", period);
    Check.positive("interval", interval);
    Check.that(period.compareTo(interval) >= 0, "period", period, "at least " + interval);
    Check.decay("decayToZero", decayToZero);
    return Math.pow(decayToZero, (double) interval.toNanos() / period.toNanos());
  }

  /**
   * P6, a penalty for peers that share an address: the square of those too many.
   *
   * @param weight at most 0
   * @param threshold how many peers may share an address; at least 1
   * @param whitelist networks where any number may
   * @param ipv6Networks whether peers of the same IPv6 /64 share an address too, beside those of
   *     the same address; the specification does not say so, but whoever has one address has them
   *     all
   */
  public record Colocation(
      double weight, int threshold, List<IpNetwork> whitelist, boolean ipv6Networks) {
    /** Off. */
    public static final Colocation OFF = new Colocation(0, 1, List.of(), false);

    /**
     * Checks the ranges and copies the whitelist.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public Colocation {
      Check.penalty("colocation.weight", weight);
      Check.that(threshold >= 1, "colocation.threshold", threshold, "at least 1");
      whitelist = List.copyOf(whitelist);
    }
  }

  /**
   * P7, a penalty for breaches of the protocol: the square of their number above a threshold.
   *
   * @param weight at most 0
   * @param decay factor of every decay interval, between 0 and 1, both excluded
   * @param threshold how many are tolerated; at least 0, the specification has 0
   */
  public record Behaviour(double weight, double decay, double threshold) {
    /** Off. */
    public static final Behaviour OFF = new Behaviour(0, 0.5, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public Behaviour {
      Check.penalty("behaviour.weight", weight);
      Check.decay("behaviour.decay", decay);
      Check.reward("behaviour.threshold", threshold);
    }
  }

  /** With another {@code topics}. */
  public ScoreParams withTopics(Map<TopicId, TopicScoreParams> value) {
    return new ScoreParams(
        value,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code topicScoreCap}. */
  public ScoreParams withTopicScoreCap(double value) {
    return new ScoreParams(
        topics,
        value,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code applicationWeight}. */
  public ScoreParams withApplicationWeight(double value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        value,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code colocation}. */
  public ScoreParams withColocation(Colocation value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        value,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code behaviour}. */
  public ScoreParams withBehaviour(Behaviour value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        value,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code decayInterval}. */
  public ScoreParams withDecayInterval(Duration value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        value,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code decayToZero}. */
  public ScoreParams withDecayToZero(double value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        value,
        retention,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code retention}. */
  public ScoreParams withRetention(Duration value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        value,
        maxRetained,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code maxRetained}. */
  public ScoreParams withMaxRetained(int value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        value,
        deliveryRetention,
        maxDeliveries);
  }

  /** With another {@code deliveryRetention}. */
  public ScoreParams withDeliveryRetention(Duration value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        value,
        maxDeliveries);
  }

  /** With another {@code maxDeliveries}. */
  public ScoreParams withMaxDeliveries(int value) {
    return new ScoreParams(
        topics,
        topicScoreCap,
        applicationWeight,
        colocation,
        behaviour,
        decayInterval,
        decayToZero,
        retention,
        maxRetained,
        deliveryRetention,
        value);
  }
}
