package io.ethpeerflow.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.protocol.ProtocolId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of the contract. */
class PeerOptionsTest {
  @Test
  void takesSeveralAddressesAfterOneListen() {
    PeerOptions options =
        PeerOptions.parse("--listen", "/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/2");

    assertThat(options.listen())
        .extracting(Object::toString)
        .containsExactly("/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/2");
  }

  @Test
  void readsEveryOption() {
    PeerOptions options =
        PeerOptions.parse(
            "--security", "tls",
            "--early-muxer", "off",
            "--key-type", "secp256k1",
            "--protocols", "/a,/b");

    assertThat(options.security()).containsExactly("tls");
    assertThat(options.earlyMuxer()).isFalse();
    assertThat(options.keyType()).isEqualTo(KeyType.SECP256K1);
    assertThat(options.protocols()).extracting(ProtocolId::name).containsExactly("/a", "/b");
  }

  @ParameterizedTest
  @CsvSource({"--security,plaintext", "--early-muxer,maybe", "--key-type,dsa", "--nonsense,1"})
  void refusesWhatItDoesNotKnow(String name, String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> PeerOptions.parse(name, value));
  }
}
