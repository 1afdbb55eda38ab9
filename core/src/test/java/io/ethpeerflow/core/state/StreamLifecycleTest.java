package io.ethpeerflow.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamLifecycleTest {
  @Test
  void theDiagramInTheDocumentationIsTheTable() throws IOException {
    Path diagram =
        Path.of(System.getProperty("peerflow.root"), "docs/architecture/stream-lifecycle.mmd");
    assertThat(Files.readString(diagram)).isEqualTo(StreamLifecycle.mermaid());
  }

  @ParameterizedTest
  @EnumSource
  void theSendHalfMovesOnlyAlongTheTable(SendState from) {
    for (SendState to : SendState.values()) {
      if (from.next().contains(to)) {
        assertThat(from.to(to)).isEqualTo(to);
      } else {
        assertThatThrownBy(() -> from.to(to))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("send half cannot go from " + from + " to " + to);
      }
    }
    assertThat(from.isTerminal()).isEqualTo(from.next().isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void theReceiveHalfMovesOnlyAlongTheTable(ReceiveState from) {
    for (ReceiveState to : ReceiveState.values()) {
      if (from.next().contains(to)) {
        assertThat(from.to(to)).isEqualTo(to);
      } else {
        assertThatThrownBy(() -> from.to(to))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("receive half cannot go from " + from + " to " + to);
      }
    }
    assertThat(from.isTerminal()).isEqualTo(from.next().isEmpty());
  }

  @Test
  void aStreamHasEndedWhenBothHalvesHave() {
    assertThat(StreamLifecycle.hasEnded(SendState.CLOSED, ReceiveState.ENDED)).isTrue();
    assertThat(StreamLifecycle.hasEnded(SendState.RESET, ReceiveState.RESET)).isTrue();
    assertThat(StreamLifecycle.hasEnded(SendState.CLOSING, ReceiveState.ENDED)).isFalse();
    assertThat(StreamLifecycle.hasEnded(SendState.CLOSED, ReceiveState.ENDING)).isFalse();
  }
}
