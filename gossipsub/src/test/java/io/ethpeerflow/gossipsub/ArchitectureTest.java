package io.ethpeerflow.gossipsub;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The prohibitions of the design, over the classes of this module. */
class ArchitectureTest {
  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ethpeerflow.gossipsub");
  }

  @Test
  void onlyTheCoreAndWhatItStandsOnAreKnown() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.ethpeerflow..")
                .and(
                    resideOutsideOfPackages(
                        "io.ethpeerflow.gossipsub..",
                        "io.ethpeerflow.core..",
                        "io.ethpeerflow.wire..")))
        .check(classes);
  }

  @Test
  void nettyChannelsStayInPackagesNamedNetty() {
    noClasses()
        .that(resideOutsideOfPackages("..netty"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.netty.channel..", "io.netty.handler..", "io.netty.util.concurrent.."))
        .check(classes);
  }

  @Test
  void clocksThreadsAndChanceStayAtTheEdge() {
    noClasses()
        .that(resideOutsideOfPackages("..netty", "..net"))
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Thread.class, "start")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .callConstructor(java.security.SecureRandom.class)
        .check(classes);
  }
}
