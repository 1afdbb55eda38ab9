package io.ethpeerflow.gossipsub.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTraceTest {
  private static final TopicId TOPIC = TopicId.of("news");
  private static final MessageId ID = id(0xfb, 0xff);
  // identity multihashes: 00 04, four bytes
  private static final PeerId SELF = peer(1);
  private static final PeerId OTHER = peer(2);

  private final StringBuilder out = new StringBuilder();
  private final JsonTrace trace = new JsonTrace(SELF, out);

  private static PeerId peer(int last) {
    try {
      return PeerId.decode(new byte[] {0, 4, 0, 0, 0, (byte) last});
    } catch (WireFormatException e) {
      throw new AssertionError(e);
    }
  }

  private static MessageId id(int... bytes) {
    byte[] id = new byte[bytes.length];
    for (int i = 0; i < id.length; i++) {
      id[i] = (byte) bytes[i];
    }
    return MessageId.of(id);
  }

  /** With single quotes for double ones. */
  private void expect(TraceEvent event, String type, String content) throws IOException {
    out.setLength(0);
    trace.write(event, 1_700_000_000_123_456_789L);
    assertThat(out.toString())
        .isEqualTo(
            ("{'type':'"
                        + type
                        + "','peerID':'AAQAAAAB','timestamp':1700000000123456789,"
                        + content
                        + "}")
                    .replace('\'', '"')
                + "\n");
  }

  @Test
  void messages() throws Exception {
    expect(
        new TraceEvent.PublishMessage(ID, TOPIC),
        "PUBLISH_MESSAGE",
        "'publishMessage':{'messageID':'+/8=','topic':'news'}");
    expect(
        new TraceEvent.RejectMessage(ID, OTHER, "validation failed", TOPIC),
        "REJECT_MESSAGE",
        "'rejectMessage':{'messageID':'+/8=','receivedFrom':'AAQAAAAC',"
            + "'reason':'validation failed','topic':'news'}");
    expect(
        new TraceEvent.RejectMessage(null, OTHER, "missing signature", TOPIC),
        "REJECT_MESSAGE",
        "'rejectMessage':{'receivedFrom':'AAQAAAAC','reason':'missing signature','topic':'news'}");
    expect(
        new TraceEvent.DuplicateMessage(ID, OTHER, TOPIC),
        "DUPLICATE_MESSAGE",
        "'duplicateMessage':{'messageID':'+/8=','receivedFrom':'AAQAAAAC','topic':'news'}");
    expect(
        new TraceEvent.DeliverMessage(ID, TOPIC, OTHER),
        "DELIVER_MESSAGE",
        "'deliverMessage':{'messageID':'+/8=','topic':'news','receivedFrom':'AAQAAAAC'}");
    expect(
        new TraceEvent.DeliverMessage(ID, TOPIC, null),
        "DELIVER_MESSAGE",
        "'deliverMessage':{'messageID':'+/8=','topic':'news'}");
  }

  @Test
  void peersAndMeshes() throws Exception {
    expect(
        new TraceEvent.AddPeer(OTHER, ProtocolId.of("/meshsub/1.2.0")),
        "ADD_PEER",
        "'addPeer':{'peerID':'AAQAAAAC','proto':'/meshsub/1.2.0'}");
    expect(new TraceEvent.RemovePeer(OTHER), "REMOVE_PEER", "'removePeer':{'peerID':'AAQAAAAC'}");
    expect(new TraceEvent.Join(TOPIC), "JOIN", "'join':{'topic':'news'}");
    expect(new TraceEvent.Leave(TOPIC), "LEAVE", "'leave':{'topic':'news'}");
    expect(
        new TraceEvent.Graft(OTHER, TOPIC),
        "GRAFT",
        "'graft':{'peerID':'AAQAAAAC','topic':'news'}");
    expect(
        new TraceEvent.Prune(OTHER, TOPIC),
        "PRUNE",
        "'prune':{'peerID':'AAQAAAAC','topic':'news'}");
  }

  @Test
  void rpcsOfEverything() throws Exception {
    TopicId quiet = TopicId.of("quiet");
    Rpc rpc =
        new Rpc.Builder()
            .subscription(Subscription.to(TOPIC))
            .subscription(Subscription.end(quiet))
            .publish(Message.unsigned(TOPIC, new byte[] {1}))
            .publish(Message.unsigned(quiet, new byte[0]))
            .ihave(new IHave(TOPIC, MessageIds.of(id(1), id(2))))
            .ihave(new IHave(quiet, MessageIds.NONE))
            .iwant(MessageIds.of(id(3)))
            .graft(TOPIC)
            .prune(new Prune(quiet, List.of(), 60))
            .prune(
                new Prune(
                    TOPIC,
                    List.of(new PeerInfo(new byte[] {4}, null), new PeerInfo(null, null)),
                    60))
            .idontwant(MessageIds.of(id(5), id(6)))
            .extensions(new Extensions(true, true))
            .build();
    RpcMeta meta = RpcMeta.of(rpc, message -> message.dataBytes() == 0 ? null : ID);
    String expected =
        "'meta':{'messages':[{'messageID':'+/8=','topic':'news'},{'topic':'quiet'}],"
            + "'subscription':[{'subscribe':true,'topic':'news'},"
            + "{'subscribe':false,'topic':'quiet'}],"
            + "'control':{'ihave':[{'topic':'news','messageIDs':['AQ==','Ag==']},"
            + "{'topic':'quiet'}],"
            + "'iwant':[{'messageIDs':['Aw==']}],"
            + "'graft':[{'topic':'news'}],"
            + "'prune':[{'topic':'quiet'},{'topic':'news','peers':['BA==']}],"
            + "'idontwant':[{'messageIDs':['BQ==','Bg==']}]}}";
    expect(
        new TraceEvent.RecvRpc(OTHER, meta),
        "RECV_RPC",
        "'recvRPC':{'receivedFrom':'AAQAAAAC'," + expected + "}");
    expect(
        new TraceEvent.SendRpc(OTHER, meta),
        "SEND_RPC",
        "'sendRPC':{'sendTo':'AAQAAAAC'," + expected + "}");
    expect(
        new TraceEvent.DropRpc(OTHER, meta),
        "DROP_RPC",
        "'dropRPC':{'sendTo':'AAQAAAAC'," + expected + "}");
  }

  @Test
  void anRpcThatSaysNothing() throws Exception {
    expect(
        new TraceEvent.SendRpc(OTHER, RpcMeta.of(Rpc.EMPTY, message -> null)),
        "SEND_RPC",
        "'sendRPC':{'sendTo':'AAQAAAAC','meta':{}}");
  }

  @Test
  void aTopicCanNeitherEndALineNorSteerATerminal() throws Exception {
    String name =
        "\"\\\n\r\t\0" + (char) 0x1b + (char) 0x7f + (char) 0x85 + (char) 0x2028 + (char) 0x2029;
    expect(
        new TraceEvent.Join(TopicId.of(name + "\u00e4\ud83d\ude00/")),
        "JOIN",
        "'join':{'topic':'@'}"
            .replace(
                "@",
                "\\\"\\\\\\u000a\\u000d\\u0009\\u0000\\u001b\\u007f\\u0085\\u2028\\u2029"
                    + "\u00e4\ud83d\ude00/"));
  }

  @Test
  void halfACharacterIsEscaped() throws Exception {
    expect(
        new TraceEvent.RejectMessage(null, OTHER, "\ud83d!\ude00", TOPIC),
        "REJECT_MESSAGE",
        "'rejectMessage':{'receivedFrom':'AAQAAAAC','reason':'\\ud83d!\\ude00','topic':'news'}");
  }

  @Test
  void eachEventIsOneLine() throws Exception {
    trace.write(new TraceEvent.Join(TOPIC), 1);
    trace.write(new TraceEvent.Leave(TOPIC), 2);
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"type\":\"JOIN\",\"peerID\":\"AAQAAAAB\",\"timestamp\":1,"
                + "\"join\":{\"topic\":\"news\"}}",
            "{\"type\":\"LEAVE\",\"peerID\":\"AAQAAAAB\",\"timestamp\":2,"
                + "\"leave\":{\"topic\":\"news\"}}");
  }

  @Test
  void aFailingOutputIsHeardOf() {
    assertThatThrownBy(() -> new JsonTrace(SELF, closed()).write(new TraceEvent.Join(TOPIC), 1))
        .isInstanceOf(IOException.class);
  }

  private static Writer closed() throws IOException {
    Writer writer = Writer.nullWriter();
    writer.close();
    return writer;
  }
}
