package io.ethpeerflow.host.identify;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.MultiaddrCollector;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What identify says of a peer: several messages read into one, or one that is sent as one or two.
 * Absent fields are null or empty; in a push they mean unchanged.
 *
 * @param publicKey the peer's key
 * @param listenAddresses where it listens; malformed and unknown ones are left out
 * @param protocols what it serves; malformed ones are left out
 * @param observedAddress how it sees the receiver
 * @param protocolVersion free text
 * @param agentVersion free text
 * @param signedRecord a sealed peer record, not verified
 */
record IdentifyMessage(
    @Nullable PublicKey publicKey,
    List<Multiaddr> listenAddresses,
    Set<ProtocolId> protocols,
    @Nullable Multiaddr observedAddress,
    @Nullable String protocolVersion,
    @Nullable String agentVersion,
    byte @Nullable [] signedRecord) {
  /** The longest message sent: rust-libp2p reads no longer one, and no second one. */
  static final int MAX_SENT_BYTES = 4096;

  private static final int MAX_TEXT_BYTES = 1024;
  private static final int MAX_KEY_BYTES = 4096;

  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRESSES = 2;
  private static final int PROTOCOLS = 3;
  private static final int OBSERVED_ADDRESS = 4;
  private static final int PROTOCOL_VERSION = 5;
  private static final int AGENT_VERSION = 6;
  private static final int SIGNED_RECORD = 8;

  /** Merges messages as they arrive: repeated fields append, single ones are replaced. */
  static final class Merger {
    private final int maxProtocols;
    private final MultiaddrCollector addresses;
    private final Set<ProtocolId> protocols = new LinkedHashSet<>();
    private @Nullable PublicKey publicKey;
    private @Nullable Multiaddr observed;
    private @Nullable String protocolVersion;
    private @Nullable String agentVersion;
    private byte @Nullable [] signedRecord;

    Merger(IdentifyConfig config) {
      this.maxProtocols = config.maxProtocols();
      this.addresses = new MultiaddrCollector(config.maxAddresses());
    }

    /**
     * Adds one message.
     *
     * @param message borrows
     */
    void add(ByteBuf message) throws WireFormatException {
      ProtoReader in = ProtoReader.of(message);
      while (in.next()) {
        switch (in.field()) {
          case PUBLIC_KEY -> publicKey = PublicKey.decode(in.bytes(MAX_KEY_BYTES));
          // [spec identify/listen-addresses]
          case LISTEN_ADDRESSES -> addresses.add(in.bytes(message.capacity()));
          case PROTOCOLS -> addProtocol(in.string(message.capacity()));
          case OBSERVED_ADDRESS -> observed = addressOrNull(in.bytes(message.capacity()));
          case PROTOCOL_VERSION -> protocolVersion = in.string(MAX_TEXT_BYTES);
          case AGENT_VERSION -> agentVersion = in.string(MAX_TEXT_BYTES);
          case SIGNED_RECORD -> signedRecord = in.bytes(message.capacity());
          default -> in.skip();
        }
      }
    }

    private void addProtocol(String text) {
      if (protocols.size() < maxProtocols) {
        try {
          protocols.add(ProtocolId.parse(text));
        } catch (WireFormatException malformed) {
          return;
        }
      }
    }

    private static @Nullable Multiaddr addressOrNull(byte[] bytes) {
      try {
        return Multiaddr.decode(bytes);
      } catch (WireFormatException unknown) {
        return null;
      }
    }

    IdentifyMessage merged() {
      return new IdentifyMessage(
          publicKey,
          addresses.addresses(),
          protocols,
          observed,
          protocolVersion,
          agentVersion,
          signedRecord);
    }
  }

  /**
   * The messages to send: one when all fits, else the signed record in a second one. Addresses and
   * then protocols that do not fit are left out.
   */
  List<byte[]> encode() {
    var addressesThatFit = new ArrayList<>(listenAddresses);
    var protocolsThatFit = new ArrayList<>(protocols);
    byte[] base = base(addressesThatFit, protocolsThatFit);
    // [spec identify/message-limits]
    while (base.length > MAX_SENT_BYTES) {
      if (addressesThatFit.size() > 1) {
        addressesThatFit.remove(addressesThatFit.size() - 1);
      } else if (!protocolsThatFit.isEmpty()) {
        protocolsThatFit.remove(protocolsThatFit.size() - 1);
      } else {
        break;
      }
      base = base(addressesThatFit, protocolsThatFit);
    }
    byte[] record = signedRecord;
    if (record == null) {
      return List.of(base);
    }
    byte[] sealed = ProtoWriter.bytesOf(out -> out.bytes(SIGNED_RECORD, record));
    // [spec identify/several-messages]
    return base.length + sealed.length <= MAX_SENT_BYTES
        ? List.of(joined(base, sealed))
        : List.of(base, sealed);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private byte[] base(List<Multiaddr> addresses, List<ProtocolId> ids) {
    return ProtoWriter.bytesOf(
        out -> {
          if (publicKey != null) {
            out.bytes(PUBLIC_KEY, publicKey.toBytes());
          }
          addresses.forEach(address -> out.bytes(LISTEN_ADDRESSES, address.toBytes()));
          ids.forEach(id -> out.string(PROTOCOLS, id.toString()));
          if (observedAddress != null) {
            out.bytes(OBSERVED_ADDRESS, observedAddress.toBytes());
          }
          if (protocolVersion != null) {
            out.string(PROTOCOL_VERSION, protocolVersion);
          }
          if (agentVersion != null) {
            out.string(AGENT_VERSION, agentVersion);
          }
        });
  }
}
