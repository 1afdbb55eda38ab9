package io.ethpeerflow.wire.record;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.MultiaddrCollector;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import java.util.List;

/**
 * What a peer says about where it listens. Immutable. {@link SignedPeerRecord} is the form in which
 * it travels.
 *
 * <p>Specified by RFC 0003 of libp2p.
 *
 * @param peerId whose addresses these are
 * @param sequence unsigned 64 bits; of two records of a peer the one with the greater sequence
 *     counts
 * @param addresses where the peer listens
 */
public record PeerRecord(PeerId peerId, long sequence, List<Multiaddr> addresses) {
  /** Most addresses that are kept of a record; the rest is ignored. */
  public static final int MAX_ADDRESSES = 128;

  private static final int PEER_ID = 1;
  private static final int SEQUENCE = 2;
  private static final int ADDRESSES = 3;
  private static final int ADDRESS = 1;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_ADDRESSES}
   */
  public PeerRecord {
    addresses = List.copyOf(addresses);
    if (addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException("addresses: " + addresses.size() + " > " + MAX_ADDRESSES);
    }
  }

  /** Whether this record replaces another one of the same peer. */
  public boolean isNewerThan(PeerRecord other) {
    return Long.compareUnsigned(sequence, other.sequence) > 0;
  }

  /** The protobuf form: a fresh array. */
  public byte[] toBytes() {
    return ProtoWriter.bytesOf(
        out -> {
          // [spec peer-record/fields]
          out.bytes(PEER_ID, peerId.toBytes()).varint(SEQUENCE, sequence);
          for (Multiaddr address : addresses) {
            out.message(ADDRESSES, info -> info.bytes(ADDRESS, address.toBytes()));
          }
        });
  }

  /**
   * Decodes the protobuf form. Addresses that are malformed, of an unknown protocol or beyond
   * {@link #MAX_ADDRESSES} are left out.
   *
   * @throws WireFormatException if it is malformed or names no peer
   */
  public static PeerRecord decode(byte[] message) throws WireFormatException {
    PeerId peerId = null;
    long sequence = 0;
    var addresses = new MultiaddrCollector(MAX_ADDRESSES);
    ProtoReader in = ProtoReader.of(message);
    while (in.next()) {
      switch (in.field()) {
        case PEER_ID -> peerId = PeerId.decode(in.bytes(PeerId.MAX_BYTES));
        case SEQUENCE -> sequence = in.varint();
        case ADDRESSES -> {
          ProtoReader info = in.message(message.length);
          while (info.next()) {
            if (info.field() == ADDRESS) {
              addresses.add(info.slice(message.length));
            }
          }
        }
        default -> {}
      }
    }
    if (peerId == null) {
      throw new WireFormatException("peer record without peer id");
    }
    return new PeerRecord(peerId, sequence, addresses.addresses());
  }
}
