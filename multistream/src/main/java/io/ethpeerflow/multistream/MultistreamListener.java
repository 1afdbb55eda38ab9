package io.ethpeerflow.multistream;

import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.ethpeerflow.multistream.Negotiation.Reason;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The side of a negotiation that answers: a proposal comes back when it is supported, {@code na}
 * otherwise; {@code ls} is answered with a list. A remote may send header, proposal and the
 * protocol's first bytes in one flight; the bytes behind the agreed proposal are not touched.
 *
 * <p>Not thread-safe; it has no clock, deadlines belong to the driver.
 */
public final class MultistreamListener {
  private final SupportedProtocols supported;
  private final MultistreamConfig config;
  private final MessageReader reader;
  private boolean started;
  private boolean headerRead;
  private int proposals;
  private int listings;
  private Negotiation state = Pending.INSTANCE;

  /** A negotiation that has not begun. */
  public MultistreamListener(SupportedProtocols supported, MultistreamConfig config) {
    this.supported = supported;
    this.config = config;
    this.reader = new MessageReader(config.maxMessageBytes());
  }

  /**
   * Writes the header at once, as suits a raw connection. Left out, the header is written with the
   * first input, which saves a frame on a stream whose opening carries the proposal.
   *
   * @param out borrows; written to
   */
  public void start(ByteBuf out) {
    // [spec multistream/simultaneous-1]
    if (!started) {
      started = true;
      Messages.write(Messages.HEADER, out);
    }
  }

  /**
   * Takes what the remote sent.
   *
   * @param in borrows; its reader index moves behind the bytes of the negotiation, what is left
   *     after {@link Agreed} belongs to the protocol
   * @param out borrows; answers are written to it, at most those to {@code maxProposals} messages
   */
  public Negotiation onInput(ByteBuf in, ByteBuf out) {
    start(out);
    try {
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
      state = new Failed(Reason.ENDED, "the remote ended the stream before a protocol was agreed");
    }
    return state;
  }

  /** Where it stands. */
  public Negotiation state() {
    return state;
  }

  private void onMessage(ByteBuf out) {
    ByteBuf in = reader.message();
    int start = reader.start();
    int length = reader.textLength();
    if (!headerRead) {
      // [spec multistream/header-1] anything but the header first ends the negotiation
      if (!Messages.matches(Messages.HEADER, in, start, length)) {
        state =
            new Failed(
                Reason.VIOLATION,
                "expected "
                    + Messages.HEADER
                    + " first, got "
                    + Messages.preview(in, start, length));
      }
      headerRead = true;
      return;
    }
    // [spec multistream/limit-2]
    if (++proposals > config.maxProposals()) {
      state =
          new Failed(
              Reason.NO_COMMON_PROTOCOL,
              "proposal " + proposals + " exceeds the " + config.maxProposals() + " allowed");
    } else if (Messages.matches(Messages.LIST, in, start, length)) {
      // [spec multistream/ls-1]
      list(out);
    } else {
      answer(in, start, length, out);
    }
  }

  private void answer(ByteBuf in, int start, int length, ByteBuf out) {
    ProtocolId proposal = parse(in, start, length);
    // [spec multistream/match-1]
    if (proposal != null && supported.supports(proposal)) {
      UnsignedVarint.write(length + 1L, out);
      // [spec multistream/echo-1]
      out.writeBytes(in, start, length + 1);
      state = new Agreed(proposal);
    } else {
      // [spec multistream/na-1]
      Messages.write(Messages.NOT_AVAILABLE, out);
    }
  }

  /** Null for what cannot be the id of any protocol, which is refused like an unknown one. */
  private static @Nullable ProtocolId parse(ByteBuf in, int start, int length) {
    try {
      if (in.hasArray()) {
        int from = in.arrayOffset() + start;
        return ProtocolId.decode(in.array(), from, from + length);
      }
      return ProtocolId.decode(ByteBufUtil.getBytes(in, start, length));
    } catch (WireFormatException e) {
      return null;
    }
  }

  /** One message that holds a message per id, and a newline of its own. */
  private void list(ByteBuf out) {
    // [spec multistream/limit-2]
    if (++listings > config.maxListings()) {
      state =
          new Failed(
              Reason.VIOLATION,
              "ls number " + listings + " exceeds the " + config.maxListings() + " allowed");
      return;
    }
    var shown = new ArrayList<ProtocolId>();
    int bytes = 1;
    for (ProtocolId id : supported.listing()) {
      int length = Messages.length(id);
      int size = UnsignedVarint.size(length) + length;
      if (bytes + size <= config.maxListingBytes()) {
        shown.add(id);
        bytes += size;
      }
    }
    UnsignedVarint.write(bytes, out);
    for (ProtocolId id : shown) {
      Messages.write(id, out);
    }
    out.writeByte('\n');
  }
}
