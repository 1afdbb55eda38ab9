package io.ethpeerflow.noise.aead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AeadProvidersTest {
  @Test
  void all() {
    for (AeadProvider provider : AeadProviders.all()) {
      assertThat(provider.unavailable()).as(provider.name()).isNull();
    }
  }
}
