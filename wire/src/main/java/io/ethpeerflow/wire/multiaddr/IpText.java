package io.ethpeerflow.wire.multiaddr;

/** Text of IP addresses, without the resolver that {@code InetAddress} would bring along. */
final class IpText {
  private static final int GROUPS = 8;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private IpText() {}

  /**
   * The 32 bits of a dotted quad without leading zeros, or -1 if {@code text[from..to)} is none.
   */
  static long parseIp4(String text, int from, int to) {
    long address = 0;
    int i = from;
    for (int octet = 0; octet < 4; octet++) {
      if (octet > 0) {
        if (i >= to || text.charAt(i) != '.') {
          return -1;
        }
        i++;
      }
      int start = i;
      int value = 0;
      while (i < to && i - start < 3 && isDigit(text.charAt(i))) {
        value = value * 10 + text.charAt(i) - '0';
        i++;
      }
      if (i == start || value > 255 || i - start > 1 && text.charAt(start) == '0') {
        return -1;
      }
      address = address << 8 | value;
    }
    return i == to ? address : -1;
  }

  /**
   * Parses RFC 4291 text, also with an IPv4 tail, into 16 bytes.
   *
   * @return false if {@code text[from..to)} is no IPv6 address; the 16 bytes then hold anything
   */
  static boolean parseIp6(String text, int from, int to, byte[] out, int at) {
    int groups = 0;
    int gap = -1;
    int i = from;
    if (to - from >= 2 && text.charAt(i) == ':') {
      if (text.charAt(i + 1) != ':') {
        return false;
      }
      gap = 0;
      i += 2;
    } else if (i == to) {
      return false;
    }
    while (i < to) {
      int start = i;
      int value = 0;
      int digit;
      while (i < to && i - start < 5 && (digit = hexDigit(text.charAt(i))) >= 0) {
        value = value << 4 | digit;
        i++;
      }
      if (i < to && text.charAt(i) == '.') {
        long tail = groups > GROUPS - 2 ? -1 : parseIp4(text, start, to);
        if (tail < 0) {
          return false;
        }
        putGroup(out, at, groups, (int) (tail >>> 16));
        putGroup(out, at, groups + 1, (int) tail);
        groups += 2;
        break;
      }
      if (groups == GROUPS || i == start || i - start > 4) {
        return false;
      }
      putGroup(out, at, groups++, value);
      if (i == to) {
        break;
      }
      if (text.charAt(i) != ':' || ++i == to) {
        return false;
      }
      if (text.charAt(i) == ':') {
        if (gap >= 0) {
          return false;
        }
        gap = groups;
        i++;
      }
    }
    if (gap < 0) {
      return groups == GROUPS;
    }
    if (groups == GROUPS) {
      return false;
    }
    int tailBytes = 2 * (groups - gap);
    System.arraycopy(out, at + 2 * gap, out, at + 16 - tailBytes, tailBytes);
    for (int b = at + 2 * gap; b < at + 16 - tailBytes; b++) {
      out[b] = 0;
    }
    return true;
  }

  private static void putGroup(byte[] out, int at, int group, int value) {
    out[at + 2 * group] = (byte) (value >>> 8);
    out[at + 2 * group + 1] = (byte) value;
  }

  static void appendIp4(byte[] address, int at, StringBuilder out) {
    for (int i = 0; i < 4; i++) {
      if (i > 0) {
        out.append('.');
      }
      int octet = address[at + i] & 0xff;
      if (octet >= 100) {
        out.append((char) ('0' + octet / 100));
      }
      if (octet >= 10) {
        out.append((char) ('0' + octet / 10 % 10));
      }
      out.append((char) ('0' + octet % 10));
    }
  }

  /**
   * RFC 5952 text: lower case, the longest run of zero groups shortened, IPv4-mapped addresses with
   * a dotted quad.
   */
  static void appendIp6(byte[] address, int at, StringBuilder out) {
    if (isIp4Mapped(address, at)) {
      out.append("::ffff:");
      appendIp4(address, at + 12, out);
      return;
    }
    int gap = -1;
    int gapLength = 1;
    int run = 0;
    for (int group = 0; group < GROUPS; group++) {
      run = group(address, at, group) == 0 ? run + 1 : 0;
      if (run > gapLength) {
        gapLength = run;
        gap = group - run + 1;
      }
    }
    for (int group = 0; group < GROUPS; group++) {
      if (group == gap) {
        out.append("::");
        group += gapLength - 1;
        continue;
      }
      if (group > 0 && group != gap + gapLength) {
        out.append(':');
      }
      appendHex(group(address, at, group), out);
    }
  }

  private static boolean isIp4Mapped(byte[] address, int at) {
    for (int i = 0; i < 10; i++) {
      if (address[at + i] != 0) {
        return false;
      }
    }
    return address[at + 10] == -1 && address[at + 11] == -1;
  }

  private static int group(byte[] address, int at, int group) {
    return (address[at + 2 * group] & 0xff) << 8 | (address[at + 2 * group + 1] & 0xff);
  }

  private static void appendHex(int value, StringBuilder out) {
    boolean started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      int digit = value >>> shift & 0xf;
      started |= digit != 0 || shift == 0;
      if (started) {
        out.append(HEX[digit]);
      }
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int hexDigit(char c) {
    if (isDigit(c)) {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
