package io.ethpeerflow.core.state;

/**
 * The one lifecycle of a stream: {@link SendState} and {@link ReceiveState}, which move
 * independently. A stream has ended, and its resources are released once, when both are terminal.
 */
public final class StreamLifecycle {
  private StreamLifecycle() {}

  /** Whether a stream in these states has ended. */
  public static boolean hasEnded(SendState send, ReceiveState receive) {
    return send.isTerminal() && receive.isTerminal();
  }

  /** Both halves as a Mermaid state diagram, printed from the transition tables. */
  public static String mermaid() {
    var text = new StringBuilder("stateDiagram-v2\n");
    text.append("  state send {\n    [*] --> send_OPEN\n");
    for (SendState from : SendState.values()) {
      from.next().forEach(to -> edge(text, "send_" + from, "send_" + to));
      if (from.isTerminal()) {
        edge(text, "send_" + from, "[*]");
      }
    }
    text.append("  }\n  state receive {\n    [*] --> receive_OPEN\n");
    for (ReceiveState from : ReceiveState.values()) {
      from.next().forEach(to -> edge(text, "receive_" + from, "receive_" + to));
      if (from.isTerminal()) {
        edge(text, "receive_" + from, "[*]");
      }
    }
    return text.append("  }\n").toString();
  }

  private static void edge(StringBuilder text, String from, String to) {
    text.append("    ").append(from).append(" --> ").append(to).append('\n');
  }
}
