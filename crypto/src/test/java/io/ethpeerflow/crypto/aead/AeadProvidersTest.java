package io.ethpeerflow.crypto.aead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

class AeadProvidersTest {
  @Test
  void findsTheFourBuiltInProvidersBestFirst() {
    List<AeadProvider> all = AeadProviders.all();
    assertThat(all)
        .extracting(AeadProvider::name)
        .contains("libcrypto", "conscrypt", "jce", "bouncycastle");
    assertThat(all).isSortedAccordingTo(Comparator.comparingInt(AeadProvider::rank).reversed());
  }

  @Test
  void alwaysHasTheJdksAndBouncyCastles() {
    assertThat(AeadProviders.available())
        .extracting(AeadProvider::name)
        .contains("jce", "bouncycastle");
  }

  @Test
  void choosesTheFirstThatIsAvailable() {
    assertThat(AeadProviders.best()).isSameAs(AeadProviders.available().get(0));
  }

  @Test
  void saysWhichNamesThereAreWhenOneIsNot() {
    assertThatThrownBy(() -> AeadProviders.named("rot13"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rot13")
        .hasMessageContaining("jce");
  }

  @Test
  void refusesKeysOfAnotherLength() {
    for (AeadProvider provider : AeadProviders.all()) {
      assertThatThrownBy(() -> provider.sealer(new byte[31]))
          .as(provider.name())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> provider.opener(new byte[33]))
          .as(provider.name())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void noticesAnImplementationThatIsWrong() {
    assertThat(AeadSelfTest.failureOf(new Wrong(true, false, false, false)))
        .isEqualTo("it seals the test message wrongly");
    assertThat(AeadSelfTest.failureOf(new Wrong(false, true, false, false)))
        .isEqualTo("it opens a message with a wrong tag");
    assertThat(AeadSelfTest.failureOf(new Wrong(false, false, true, false)))
        .isEqualTo("it seals the test message with associated data wrongly");
    assertThat(AeadSelfTest.failureOf(new Wrong(false, false, false, true)))
        .isEqualTo("it opens a message with other associated data");
    assertThat(AeadSelfTest.failureOf(new Wrong(false, false, false, false))).isNull();
  }

  /** Bouncy Castle's, spoiled in one respect. */
  private record Wrong(
      boolean sealsWithAnotherKey,
      boolean opensEverything,
      boolean sealsWithoutAssociated,
      boolean opensWhateverIsAssociated)
      implements AeadProvider {
    private static final AeadProvider RIGHT = new BouncyCastleAeadProvider();

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public String unavailable() {
      return null;
    }

    @Override
    public Sealer sealer(byte[] key) {
      return RIGHT.sealer(sealsWithAnotherKey ? new byte[32] : key);
    }

    @Override
    public byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] message) {
      return RIGHT.seal(key, nonce, sealsWithoutAssociated ? new byte[0] : associated, message);
    }

    @Override
    public byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
        throws AEADBadTagException {
      if (opensWhateverIsAssociated) {
        byte[] plain = new byte[ciphertext.length - Ciphers.TAG_BYTES];
        byte[] keyStream = RIGHT.seal(key, nonce, associated, plain);
        for (int i = 0; i < plain.length; i++) {
          plain[i] = (byte) (ciphertext[i] ^ keyStream[i]);
        }
        return plain;
      }
      return RIGHT.open(key, nonce, associated, ciphertext);
    }

    @Override
    public Opener opener(byte[] key) {
      Opener right = RIGHT.opener(key);
      return !opensEverything
          ? right
          : new ArrayOpener() {
            @Override
            boolean openInPlace(byte[] nonce, byte[] data, int offset, int bytes) {
              right.open(nonce[4], io.netty.buffer.Unpooled.wrappedBuffer(data), offset, bytes);
              return true;
            }

            @Override
            void forget() {
              right.close();
            }
          };
    }
  }
}
