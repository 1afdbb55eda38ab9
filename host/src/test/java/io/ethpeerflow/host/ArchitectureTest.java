package io.ethpeerflow.host;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The prohibitions of the design, over the classes of every module below the host. */
class ArchitectureTest {
  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .withImportOption(location -> !location.contains("testkit"))
            .importPackages("io.ethpeerflow");
  }

  @Test
  void theClassesOfEveryModuleAreLookedAt() {
    for (String module :
        new String[] {"crypto", "wire", "core", "multistream", "noise", "tls", "yamux", "host"}) {
      assertThat(classes.stream().anyMatch(c -> c.getPackageName().contains("." + module)))
          .as(module)
          .isTrue();
    }
  }

  @Test
  void servicesKnowOnlyTheCore() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.ethpeerflow.gossipsub..",
            "io.ethpeerflow.kad..",
            "io.ethpeerflow.payments..",
            "io.ethpeerflow.mesh..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.ethpeerflow.host..",
            "io.ethpeerflow.noise..",
            "io.ethpeerflow.yamux..",
            "io.ethpeerflow.quic..",
            "io.ethpeerflow.webrtc..")
        .allowEmptyShould(true)
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
        .that(resideOutsideOfPackages("..netty", "..net", "..store", "..watch", "..node.."))
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
