package io.ethpeerflow.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.tls.certificate.HostCertificate;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpareEngineTest {
  private static final List<String> PROTOCOLS = List.of("/yamux/1.0.0", "libp2p");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TcnativeTlsContext context =
      new TcnativeTlsContext(
          HostCertificate.create(
              PrivateKey.generate(KeyType.ED25519, RANDOM),
              Instant.parse("2026-11-22T12:00:00Z"),
              RANDOM),
          false);
  private final SpareEngine spare = new SpareEngine();

  @AfterEach
  void frees() {
    spare.close();
    context.close();
  }

  private SSLEngine engine() throws SSLException {
    return context.clientEngine(ByteBufAllocator.DEFAULT, PROTOCOLS);
  }

  @Test
  void givesAnEngineOnce() throws SSLException {
    SSLEngine engine = engine();
    spare.offer(PROTOCOLS, engine);
    assertThat(spare.isPresent()).isTrue();
    assertThat(spare.take(PROTOCOLS)).isSameAs(engine);
    assertThat(spare.isPresent()).isFalse();
    assertThat(spare.take(PROTOCOLS)).isNull();
    ReferenceCountUtil.release(engine);
  }

  @Test
  void givesNoneThatOffersOtherProtocols() throws SSLException {
    spare.offer(PROTOCOLS, engine());
    assertThat(spare.take(List.of("libp2p"))).isNull();
    assertThat(spare.isPresent()).isTrue();
  }

  @Test
  void keepsOneAndFreesTheOthers() throws SSLException {
    SSLEngine first = engine();
    SSLEngine second = engine();
    spare.offer(PROTOCOLS, first);
    spare.offer(PROTOCOLS, second);
    assertThat(ReferenceCountUtil.refCnt(first)).isOne();
    assertThat(ReferenceCountUtil.refCnt(second)).isZero();
  }

  @Test
  void closedItFreesWhatItHasAndWhatItIsOffered() throws SSLException {
    SSLEngine before = engine();
    SSLEngine after = engine();
    spare.offer(PROTOCOLS, before);
    spare.close();
    spare.offer(PROTOCOLS, after);
    spare.close();
    assertThat(ReferenceCountUtil.refCnt(before)).isZero();
    assertThat(ReferenceCountUtil.refCnt(after)).isZero();
    assertThat(spare.take(PROTOCOLS)).isNull();
    assertThat(spare.take(List.of())).isNull();
    assertThat(spare.isPresent()).isTrue();
  }

  @Test
  void aContextPreparesOneEngineAndGivesItOnce() throws SSLException {
    context.prepareClient(ByteBufAllocator.DEFAULT, PROTOCOLS);
    context.prepareClient(ByteBufAllocator.DEFAULT, PROTOCOLS);
    SSLEngine prepared = engine();
    SSLEngine made = engine();
    assertThat(prepared.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
    assertThat(made.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    ReferenceCountUtil.release(prepared);
    ReferenceCountUtil.release(made);
  }
}
