package io.ethpeerflow.testkit.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * What happened, one line per event, and a running SHA-256 over all lines: two runs from one seed
 * must end with the same digest.
 *
 * <p>A line is {@code <virtual nanoseconds> <event> <details>}. Only the first {@code keepLines}
 * are kept as text; the digest covers all.
 */
public final class Trace {
  private static final int DEFAULT_KEEP_LINES = 200_000;

  private final int keepLines;
  private final List<String> lines = new ArrayList<>();
  private final MessageDigest digest;
  private long count;

  /** Creates a trace that keeps the first 200,000 lines. */
  public Trace() {
    this(DEFAULT_KEEP_LINES);
  }

  /**
   * Creates a trace.
   *
   * @param keepLines how many lines to keep as text, from the first on; not negative
   */
  public Trace(int keepLines) {
    this.keepLines = keepLines;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /**
   * Adds an event; tests add theirs to those of the network.
   *
   * @param details anything without a line break that does not differ between equal runs: no
   *     identity hashes, no wall-clock times
   */
  public void record(long nanos, String event, String details) {
    String line = nanos + " " + event + " " + details;
    digest.update(line.getBytes(UTF_8));
    digest.update((byte) '\n');
    count++;
    if (lines.size() < keepLines) {
      lines.add(line);
    }
  }

  /** How many events were recorded. */
  public long count() {
    return count;
  }

  /** The kept lines. */
  public List<String> lines() {
    return Collections.unmodifiableList(lines);
  }

  /** The kept lines of one event, such as {@code drop}. */
  public List<String> lines(String event) {
    return lines.stream().filter(line -> line.split(" ", 3)[1].equals(event)).toList();
  }

  /** The digest of all lines so far, in hexadecimal. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException theJdksOwnIsCloneable) {
      throw new IllegalStateException(theJdksOwnIsCloneable);
    }
  }

  /**
   * Says where two runs part: the first kept line that differs, with both versions; or that they
   * are equal.
   */
  public String difference(Trace other) {
    for (int i = 0; i < Math.min(lines.size(), other.lines.size()); i++) {
      if (!lines.get(i).equals(other.lines.get(i))) {
        return "line " + (i + 1) + ": " + lines.get(i) + " | " + other.lines.get(i);
      }
    }
    return digest().equals(other.digest())
        ? "equal"
        : "after "
            + Math.min(lines.size(), other.lines.size())
            + " equal lines: "
            + count
            + " events | "
            + other.count
            + " events";
  }
}
