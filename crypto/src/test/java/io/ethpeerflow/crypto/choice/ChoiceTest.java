package io.ethpeerflow.crypto.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.crypto.CryptoProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final String PROPERTY = "io.ethpeerflow.crypto.choice.test";

  private final List<String> tested = new ArrayList<>();

  private record Named(String name, int rank, String unavailable) implements CryptoProvider {}

  private Choice<Named> choice(Named... providers) {
    return new Choice<>(
        "rot",
        PROPERTY,
        Set.of("other"),
        List.of(providers),
        provider -> {
          tested.add(provider.name());
          if (provider.name().startsWith("throwing")) {
            throw new IllegalArgumentException("no such letter");
          }
          return provider.name().startsWith("broken") ? "it is wrong" : null;
        });
  }

  @AfterEach
  void forgetTheWish() {
    System.clearProperty(PROPERTY);
  }

  @Test
  void takesTheBestThatIsThereAndRight() {
    Choice<Named> choice =
        choice(
            new Named("slow", 1, null),
            new Named("throwing", 4, null),
            new Named("fast", 2, null),
            new Named("broken", 3, null),
            new Named("absent", 5, "it is not there"));

    assertThat(choice.chosen().name()).isEqualTo("fast");
    assertThat(choice.chosen().name()).isEqualTo("fast");
    assertThat(choice.usable()).extracting(Named::name).containsExactly("fast", "slow");
    assertThat(choice.all())
        .extracting(choice::whyNot)
        .containsExactly(
            "it is not there",
            "IllegalArgumentException: no such letter",
            "it is wrong",
            null,
            null);
  }

  @Test
  void asksNoneBelowTheOneItTakesAndNoneTwice() {
    Choice<Named> choice =
        choice(
            new Named("broken", 2, null), new Named("fast", 1, null), new Named("slow", 0, null));

    choice.chosen();
    assertThat(tested).containsExactly("broken", "fast");
    choice.usable();
    choice.named("fast");
    assertThat(tested).containsExactly("broken", "fast", "slow");
  }

  @Test
  void takesWhatThePropertyNames() {
    System.setProperty(PROPERTY, "slow");
    assertThat(choice(new Named("fast", 2, null), new Named("slow", 1, null)).chosen().name())
        .isEqualTo("slow");
  }

  @Test
  void takesTheBestWhenThePropertyNamesOneThatHasOnlyOthersOfTheKind() {
    System.setProperty(PROPERTY, "other");
    assertThat(choice(new Named("fast", 2, null)).chosen().name()).isEqualTo("fast");
  }

  @Test
  void refusesAWishThatCannotBeFulfilledEachTimeAndListsTheNames() {
    Choice<Named> choice =
        choice(new Named("fast", 2, null), new Named("absent", 1, "it is not there"));
    for (String wish : List.of("absent", "unheard-of")) {
      System.setProperty(PROPERTY, wish);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(choice::chosen)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith(PROPERTY + ": rot " + wish)
            .hasMessageContaining(wish.equals("absent") ? "it is not there" : "does not exist")
            .hasMessageEndingWith("[fast, absent]");
      }
    }
  }

  @Test
  void saysWhyNothingCanBeUsed() {
    assertThatThrownBy(() -> choice(new Named("broken", 2, null)).chosen())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("broken=it is wrong");
  }
}
