package io.ethpeerflow.wire.multiformats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultihashTest {
  private static final HexFormat HEX = HexFormat.of();

  // digests of "abc" as FIPS 180-4, FIPS 202, RFC 7693 and the reference programs of Keccak and
  // BLAKE3 give them
  @ParameterizedTest
  @CsvSource({
    "IDENTITY,0003616263",
    "SHA1,1114a9993e364706816aba3e25717850c26c9cd0d89d",
    "SHA2_256,1220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "SHA2_512,1340ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "SHA3_256,16203a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
    "KECCAK_256,1b204e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    "BLAKE3,1e206437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
    "BLAKE2B_256,a0e40220bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
  })
  void hashesLikeItsReference(HashFunction function, String hex) throws Exception {
    Multihash hash = Multihash.digest(function, "abc".getBytes(US_ASCII));

    assertThat(hash).hasToString(hex).isEqualTo(Multihash.decode(HEX.parseHex(hex)));
    assertThat(hash.code()).isEqualTo(function.code());
    assertThat(hash)
        .isEqualTo(Multihash.of(function.code(), hash.digest()))
        .hasSameHashCodeAs(Multihash.decode(hash.toBytes()));
  }

  @Test
  void carriesFunctionsThatItDoesNotKnow() throws Exception {
    Multihash hash = Multihash.decode(HEX.parseHex("ff7f020102"));

    assertThat(hash.code()).isEqualTo(0x3fff);
    assertThat(hash.digest()).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0001",
        "000201",
        "00010203",
        "1201ff",
        "8000",
        "008000",
        "12ffffffffffffffff7f",
        "808080808080808080"
      })
  void refusesWhatIsNoMultihash(String hex) {
    assertThatThrownBy(() -> Multihash.decode(HEX.parseHex(hex)))
        .isInstanceOf(WireFormatException.class);
  }

  @Test
  void boundsTheDigest() throws Exception {
    byte[] longest = new byte[Multihash.MAX_DIGEST_BYTES];

    assertThat(Multihash.decode(Multihash.of(0, longest).toBytes()).digest()).isEqualTo(longest);
    assertThatThrownBy(() -> Multihash.of(0, new byte[Multihash.MAX_DIGEST_BYTES + 1]))
        .hasMessageContaining("at most 128");
    assertThatThrownBy(() -> Multihash.of(0x12, new byte[31])).hasMessageContaining("allowed 32");
    assertThatThrownBy(() -> Multihash.of(-1, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
