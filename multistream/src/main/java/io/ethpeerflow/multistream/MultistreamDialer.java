package io.ethpeerflow.multistream;

import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.ethpeerflow.multistream.Negotiation.Reason;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.List;

/**
 * The side of a negotiation that proposes. The header and the first proposal leave together; the
 * next proposal leaves when the remote has refused the one before.
 *
 * <p><b>Lazy negotiation.</b> With exactly one proposal nothing can follow it but the protocol's
 * own bytes, so the caller may send them right behind it, and may close its write side, without
 * waiting for the answer: see {@link #isLazy()}. What the remote sends is the protocol's only after
 * {@link Agreed}: header and echo are checked first. When it refuses instead, it has read our bytes
 * as proposals and the stream is to be reset. Hence a caller that ends its use early still has to
 * read to the end of the negotiation, or reset.
 *
 * <p>Not thread-safe; it has no clock, deadlines belong to the driver.
 */
public final class MultistreamDialer {
  private final List<ProtocolId> proposals;
  private final MessageReader reader;
  private boolean started;
  private boolean headerRead;
  private int proposed;
  private Negotiation state = Pending.INSTANCE;

  /**
   * A negotiation that has not begun.
   *
   * @param proposals best first; 1 to {@code maxProposals} different ids, each of which fits a
   *     message
   * @throws IllegalArgumentException when they do not
   */
  public MultistreamDialer(List<ProtocolId> proposals, MultistreamConfig config) {
    this.proposals = List.copyOf(proposals);
    this.reader = new MessageReader(config.maxMessageBytes());
    int count = this.proposals.size();
    if (count == 0 || count > config.maxProposals()) {
      throw new IllegalArgumentException(
          "proposals: " + count + " is not 1 to " + config.maxProposals());
    }
    if (count > 1 && new HashSet<>(this.proposals).size() < count) {
      throw new IllegalArgumentException("proposals: " + this.proposals + " has one twice");
    }
    for (ProtocolId proposal : this.proposals) {
      if (Messages.length(proposal) > config.maxMessageBytes()) {
        throw new IllegalArgumentException(
            "proposals: an id of "
                + proposal.sizeBytes()
                + " bytes and its newline exceed the "
                + config.maxMessageBytes()
                + " bytes allowed for a message");
      }
    }
  }

  /**
   * Whether the protocol's own bytes, and the end of the write side, may follow {@link #start}
   * without waiting for the answer: there is one proposal only.
   */
  public boolean isLazy() {
    // [spec multistream/lazy-1]
    return proposals.size() == 1;
  }

  /**
   * The protocol that was proposed last: with {@link #isLazy()} the only one that can be agreed.
   */
  public ProtocolId proposal() {
    return proposals.get(proposed);
  }

  /**
   * Writes header and first proposal.
   *
   * @param out borrows; written to
   * @throws IllegalStateException when called twice
   */
  public void start(ByteBuf out) {
    if (started) {
      throw new IllegalStateException("the negotiation has started already");
    }
    started = true;
    // [spec multistream/pipeline-1]
    Messages.write(Messages.HEADER, out);
    propose(out);
  }

  /**
   * Takes what the remote sent.
   *
   * @param in borrows; its reader index moves behind the bytes of the negotiation, what is left
   *     after {@link Agreed} belongs to the protocol
   * @param out borrows; the next proposal is written to it when the last one was refused
   * @throws IllegalStateException before {@link #start}
   */
  public Negotiation onInput(ByteBuf in, ByteBuf out) {
    if (!started) {
      throw new IllegalStateException("the negotiation has not started");
    }
    try {
      // [spec multistream/lazy-2]
      while (state == Pending.INSTANCE && reader.read(in)) {
        onMessage(out);
      }
    } catch (WireFormatException e) {
      state = new Failed(Reason.VIOLATION, e.getMessage());
    }
    return state;
  }

  /** Takes the end of what the remote sends; fails a negotiation that is still open. */
  public Negotiation onEnd() {
    if (state == Pending.INSTANCE) {
      state =
          new Failed(
              Reason.ENDED,
              "the remote ended the stream before it answered the proposal of " + proposal());
    }
    return state;
  }

  /** Where it stands. */
  public Negotiation state() {
    return state;
  }

  private void onMessage(ByteBuf out) {
    if (!headerRead) {
      // [spec multistream/header-1] anything but the header first ends the negotiation
      if (!is(Messages.HEADER)) {
        state =
            new Failed(Reason.VIOLATION, "expected " + Messages.HEADER + " first, got " + got());
      }
      headerRead = true;
    } else if (is(proposal().name())) {
      // [spec multistream/echo-1]
      state = new Agreed(proposal());
    } else if (!is(Messages.NOT_AVAILABLE)) {
      state =
          new Failed(
              Reason.VIOLATION,
              "proposed " + proposal() + ", expected it back or na, got " + got());
    } else if (proposed + 1 == proposals.size()) {
      // [spec multistream/na-2]
      state = new Failed(Reason.NO_COMMON_PROTOCOL, "the remote supports none of " + proposals);
    } else {
      // [spec multistream/na-1]
      proposed++;
      propose(out);
    }
  }

  private void propose(ByteBuf out) {
    Messages.write(proposal(), out);
  }

  private boolean is(String text) {
    return Messages.matches(text, reader.message(), reader.start(), reader.textLength());
  }

  private String got() {
    return Messages.preview(reader.message(), reader.start(), reader.textLength());
  }
}
