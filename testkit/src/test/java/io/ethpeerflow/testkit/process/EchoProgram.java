package io.ethpeerflow.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.CountDownLatch;

/** The child of {@link ChildProcessTest}. */
final class EchoProgram {
  private EchoProgram() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    System.out.println("ready " + System.getenv("FLAVOUR"));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "echo" -> System.out.println(words[1]);
        case "complain" -> System.err.println(words[1]);
        case "exit" -> System.exit(Integer.parseInt(words[1]));
        case "flood" -> System.out.println("x".repeat(Integer.parseInt(words[1])));
        case "hang" -> new CountDownLatch(1).await();
        default -> System.out.println("unknown");
      }
    }
    System.out.println("end of input");
  }
}
