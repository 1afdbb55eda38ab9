package io.ethpeerflow.gossipsub.score;

/** The peers that share an address. */
final class AddressGroup {
  final IpNetwork address;
  final boolean whitelisted;
  int peers;

  AddressGroup(IpNetwork address, boolean whitelisted) {
    this.address = address;
    this.whitelisted = whitelisted;
  }

  // [spec gossipsub-1.1/p6]
  double surplusSquared(int threshold) {
    if (whitelisted || peers <= threshold) {
      return 0;
    }
    double surplus = (double) peers - threshold;
    return surplus * surplus;
  }
}
