package io.ethpeerflow.noise.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.crypto.aead.AeadProvider;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.aead.Sealer;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.ScriptedLink;
import io.ethpeerflow.noise.Transcripts;
import io.ethpeerflow.noise.Transcripts.Transcript;
import io.ethpeerflow.noise.handshake.TransportKeys;
import io.ethpeerflow.noise.handshake.XxHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class RecordVectorTest {
  static List<Arguments> transcripts() {
    var all = new ArrayList<Arguments>();
    for (AeadProvider provider : AeadProviders.all()) {
      if (provider.unavailable() == null) {
        for (Transcript transcript : Transcripts.all()) {
          all.add(Arguments.of(provider.name(), transcript));
        }
      }
    }
    return all;
  }

  private static TransportKeys[] keys(Transcript t) throws Exception {
    var sides = new XxHandshake[2];
    for (int i = 0; i < 2; i++) {
      String who = i == 0 ? "init" : "resp";
      sides[i] =
          new XxHandshake(
              i == 0 ? Role.INITIATOR : Role.RESPONDER,
              t.input("prologue"),
              AeadProviders.best(),
              DhKeyPair.of(KeyAgreements.best(), t.input(who + "_static")),
              DhKeyPair.of(KeyAgreements.best(), t.input(who + "_ephemeral")));
    }
    sides[1].readMessage(sides[0].writeMessage(t.payload(1)));
    sides[0].readMessage(sides[1].writeMessage(t.payload(2)));
    sides[1].readMessage(sides[0].writeMessage(t.payload(3)));
    return new TransportKeys[] {sides[0].split(), sides[1].split()};
  }

  @Spec({"noise/wire-format", "noise/cipher-nonce"})
  @ParameterizedTest
  @MethodSource("transcripts")
  void sealsAndOpensTheFramesOfOtherLibraries(String aead, Transcript t) throws Exception {
    AeadProvider provider = AeadProviders.named(aead);
    TransportKeys[] keys = keys(t);
    var link = new ScriptedLink();
    long[] nonces = new long[2];
    var opened = ByteBufAllocator.DEFAULT.buffer();
    PlaintextSink sink =
        plaintext -> {
          opened.writeBytes(plaintext);
          plaintext.release();
        };
    var readers =
        List.of(
            new RecordReader(ByteBufAllocator.DEFAULT, provider.opener(keys[0].receive()), sink, 0),
            new RecordReader(
                ByteBufAllocator.DEFAULT, provider.opener(keys[1].receive()), sink, 0));
    for (JsonNode frame : t.output().get("frames")) {
      int from = frame.get("from").asString().equals("initiator") ? 0 : 1;
      byte[] plain = new byte[frame.get("bytes").asInt()];
      for (int i = 0; i < plain.length; i++) {
        plain[i] = (byte) (i % 251);
      }
      byte[] record = record(link, provider.sealer(keys[from].send()), nonces[from]++, plain);
      assertThat((record[0] & 0xff) << 8 | record[1] & 0xff).isEqualTo(plain.length + 16);
      byte[] sealed = Arrays.copyOfRange(record, 2, record.length);
      if (frame.has("sealed")) {
        assertThat(sealed).isEqualTo(HexFormat.of().parseHex(frame.get("sealed").asString()));
      } else {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(sealed);
        assertThat(HexFormat.of().formatHex(digest))
            .isEqualTo(frame.get("sealed_sha256").asString());
      }
      opened.clear();
      readers.get(1 - from).onChunk(ByteBufAllocator.DEFAULT.buffer().writeBytes(record));
      assertThat(ByteBufUtil.getBytes(opened)).isEqualTo(plain);
    }
    opened.release();
    readers.forEach(RecordReader::close);
  }

  private static byte[] record(ScriptedLink link, Sealer sealer, long nonce, byte[] plain) {
    if (plain.length == 0) {
      // the writer never makes an empty record, but must read one
      ByteBuf out = ByteBufAllocator.DEFAULT.heapBuffer().writeShort(16);
      sealer.start(nonce, out);
      sealer.finish(out);
      sealer.close();
      byte[] record = ByteBufUtil.getBytes(out);
      out.release();
      return record;
    }
    var writer = new RecordWriter(link, sealer, 65519, nonce);
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer().writeBytes(plain);
    writer.append(data, 0, plain.length);
    writer.flush();
    link.flush();
    data.release();
    writer.close();
    return link.takeSent();
  }
}
