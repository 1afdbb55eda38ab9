package io.ethpeerflow.gossipsub.score;

/**
 * What a score leads to. Below 0 a peer is pruned and gets no recommendations whatever stands here.
 *
 * @param gossip below it no gossip is sent and none is taken; negative
 * @param publish below it own messages are not sent; at most {@code gossip}
 * @param graylist below it nothing is taken at all; below {@code publish}
 * @param acceptPeerExchange from here on recommended peers are connected to; at least 0
 * @param opportunisticGraft when the median of a mesh is below it, better peers are grafted; at
 *     least 0
 */
public record ScoreThresholds(
    double gossip,
    double publish,
    double graylist,
    double acceptPeerExchange,
    double opportunisticGraft) {
  /**
   * Checks the values and their order.
   *
   * @throws IllegalArgumentException naming the component and its value
   */
  // [spec gossipsub-1.1/thresholds]
  public ScoreThresholds {
    Check.finite("gossip", gossip);
    Check.that(gossip < 0, "gossip", gossip, "below 0");
    Check.finite("publish", publish);
    Check.that(publish <= gossip, "publish", publish, "at most gossip " + gossip);
    Check.finite("graylist", graylist);
    Check.that(graylist < publish, "graylist", graylist, "below publish " + publish);
    Check.reward("acceptPeerExchange", acceptPeerExchange);
    Check.reward("opportunisticGraft", opportunisticGraft);
  }
}
