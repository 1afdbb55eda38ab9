package io.ethpeerflow.multistream;

/**
 * What a negotiation may cost.
 *
 * @param maxMessageBytes the longest message taken, in bytes, its newline counted and its length
 *     prefix not; 32 to 16383, default 1024 as go- and js-libp2p have it. Bounds what is buffered
 *     for one negotiation.
 * @param maxProposals messages that a listener answers, and proposals that a dialer makes, before
 *     the negotiation fails; 1 to 65536, default 128. Bounds the work that a peer can ask for
 *     without ever agreeing.
 * @param maxListings {@code ls} requests among them that a listener answers; 0 to {@code
 *     maxProposals}, default 2. Bounds how much a few bytes can make us send.
 * @param maxListingBytes the longest answer to {@code ls}, in bytes, length prefix not counted; 32
 *     to 1048576, default 16383, the longest frame that rust-libp2p reads. Protocols that do not
 *     fit are left out.
 */
public record MultistreamConfig(
    int maxMessageBytes, int maxProposals, int maxListings, int maxListingBytes) {
  /** 1024 bytes a message, 128 proposals, 2 listings of 16383 bytes. */
  public static final MultistreamConfig DEFAULT = new MultistreamConfig(1024, 128, 2, 16_383);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the component, its value and its range
   */
  public MultistreamConfig {
    check("maxMessageBytes", maxMessageBytes, 32, 16_383);
    check("maxProposals", maxProposals, 1, 1 << 16);
    check("maxListings", maxListings, 0, maxProposals);
    check("maxListingBytes", maxListingBytes, 32, 1 << 20);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + min + " to " + max);
    }
  }

  /** With another {@code maxMessageBytes}. */
  public MultistreamConfig withMaxMessageBytes(int bytes) {
    return new MultistreamConfig(bytes, maxProposals, maxListings, maxListingBytes);
  }

  /** With another {@code maxProposals}. */
  public MultistreamConfig withMaxProposals(int proposals) {
    return new MultistreamConfig(maxMessageBytes, proposals, maxListings, maxListingBytes);
  }

  /** With another {@code maxListings}. */
  public MultistreamConfig withMaxListings(int listings) {
    return new MultistreamConfig(maxMessageBytes, maxProposals, listings, maxListingBytes);
  }

  /** With another {@code maxListingBytes}. */
  public MultistreamConfig withMaxListingBytes(int bytes) {
    return new MultistreamConfig(maxMessageBytes, maxProposals, maxListings, bytes);
  }
}
