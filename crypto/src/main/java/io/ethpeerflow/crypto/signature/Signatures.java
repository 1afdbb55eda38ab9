package io.ethpeerflow.crypto.signature;

import io.ethpeerflow.crypto.CryptoProvider;
import io.ethpeerflow.crypto.choice.Choice;
import io.ethpeerflow.crypto.choice.Services;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies with the best provider there is for the algorithm. A provider must first give
 * known answers. What was chosen for an algorithm, and why others were passed over, is logged once,
 * when the first signature of that algorithm comes. Thread-safe.
 *
 * <p>Whoever computes, the same signatures are right: an encoding that is not the one of its value,
 * a number out of range and an Ed25519 key of low order are refused here, before the provider.
 */
public final class Signatures {
  /**
   * System property that names a provider, such as {@code bouncycastle}, for all algorithms that it
   * has; the others get the best.
   */
  public static final String PROPERTY = "io.ethpeerflow.crypto.signature";

  private static final class Found {
    static final List<SignatureProvider> ALL =
        Services.all(
            ServiceLoader.load(SignatureProvider.class, SignatureProvider.class.getClassLoader()));
    static final Map<SignatureAlgorithm, Map<SignatureOperation, Choice<Candidate>>> CHOICES =
        choices();

    private static Map<SignatureAlgorithm, Map<SignatureOperation, Choice<Candidate>>> choices() {
      var choices =
          new EnumMap<SignatureAlgorithm, Map<SignatureOperation, Choice<Candidate>>>(
              SignatureAlgorithm.class);
      for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
        var one = new EnumMap<SignatureOperation, Choice<Candidate>>(SignatureOperation.class);
        for (SignatureOperation operation : SignatureOperation.values()) {
          one.put(operation, choice(ALL, algorithm, operation));
        }
        choices.put(algorithm, one);
      }
      return choices;
    }
  }

  /** A provider in one of its roles. */
  record Candidate(
      SignatureProvider provider, SignatureAlgorithm algorithm, SignatureOperation operation)
      implements CryptoProvider {
    @Override
    public String name() {
      return provider.name();
    }

    @Override
    public int rank() {
      return provider.rank(algorithm, operation);
    }

    @Override
    public @Nullable String unavailable() {
      return provider.unavailable();
    }
  }

  private Signatures() {}

  /** A choice among those that have an algorithm. */
  static Choice<Candidate> choice(
      List<SignatureProvider> providers,
      SignatureAlgorithm algorithm,
      SignatureOperation operation) {
    var candidates = new ArrayList<Candidate>();
    Set<String> others = new HashSet<>();
    for (SignatureProvider provider : providers) {
      if (provider.rank(algorithm, operation) > 0) {
        candidates.add(new Candidate(provider, algorithm, operation));
      } else {
        others.add(provider.name());
      }
    }
    return new Choice<>(
        "signature." + algorithm.label() + "." + operation.name().toLowerCase(Locale.ROOT),
        PROPERTY,
        others,
        candidates,
        candidate -> SignatureSelfTest.failureOf(candidate.provider(), algorithm, operation));
  }

  private static Choice<Candidate> choice(
      SignatureAlgorithm algorithm, SignatureOperation operation) {
    return Objects.requireNonNull(
        Objects.requireNonNull(Found.CHOICES.get(algorithm)).get(operation));
  }

  /**
   * Whether a signature is right.
   *
   * @param publicKey in the form of the algorithm
   * @param message any length; hashed as the algorithm prescribes
   * @param signature as received
   * @return false also for one that is malformed, and for a key that is none
   * @throws IllegalStateException if the provider that {@value #PROPERTY} names cannot be used
   */
  public static boolean verify(
      SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    return verify(
        choice(algorithm, SignatureOperation.VERIFY).chosen().provider(),
        algorithm,
        publicKey,
        message,
        signature);
  }

  /** As the other, with a given provider, which must have the algorithm. */
  public static boolean verify(
      SignatureProvider provider,
      SignatureAlgorithm algorithm,
      byte[] publicKey,
      byte[] message,
      byte[] signature) {
    boolean possible =
        switch (algorithm) {
          case ED25519 ->
              Ed25519Encoding.isGoodSignature(signature) && Ed25519Encoding.isGoodKey(publicKey);
          case P256, SECP256K1 ->
              EcdsaSignature.parse(signature, EllipticCurve.of(algorithm).order()) != null;
          case RSA -> true;
        };
    return possible && provider.verify(algorithm, publicKey, message, signature);
  }

  /**
   * Prepares a private key.
   *
   * @param privateKey copied; in the form of the algorithm
   * @param publicKey the private key's own: with another an Ed25519 signature would give the key
   *     away
   * @throws IllegalArgumentException if it is no private key; the message holds no part of it
   * @throws IllegalStateException if the provider that {@value #PROPERTY} names cannot be used
   */
  public static Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    return choice(algorithm, SignatureOperation.SIGN)
        .chosen()
        .provider()
        .signer(algorithm, privateKey, publicKey);
  }

  /**
   * The public key of an Ed25519 seed.
   *
   * @param seed 32 bytes
   * @return a fresh array
   */
  public static byte[] ed25519PublicKey(byte[] seed) {
    byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, key, 0);
    return key;
  }

  /**
   * The provider with a name.
   *
   * @throws IllegalStateException if there is none that does this, or it cannot be used here; says
   *     why
   */
  public static SignatureProvider named(
      String name, SignatureAlgorithm algorithm, SignatureOperation operation) {
    return choice(algorithm, operation).named(name).provider();
  }

  /** Those that can do this here, best first. */
  public static List<SignatureProvider> available(
      SignatureAlgorithm algorithm, SignatureOperation operation) {
    return choice(algorithm, operation).usable().stream().map(Candidate::provider).toList();
  }

  /**
   * The one that is used.
   *
   * @throws IllegalStateException if the provider that {@value #PROPERTY} names cannot be used
   */
  public static SignatureProvider best(SignatureAlgorithm algorithm, SignatureOperation operation) {
    return choice(algorithm, operation).chosen().provider();
  }
}
