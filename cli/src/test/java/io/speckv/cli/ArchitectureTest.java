package io.speckv.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Rules on dependencies and names that hold for all modules. */
@AnalyzeClasses(
        packages = "io.speckv",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {
    /** Leaves out the test classes that other modules share. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule selectionKnowsNothingButArrays = noClasses()
            .that()
            .resideInAPackage("io.speckv.selection..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("io.speckv.selection..", "java.lang..", "java.util..", "org.jspecify..");

    @ArchTest
    static final ArchRule theCascadeKnowsNothingButSelection = noClasses()
            .that()
            .resideInAPackage("io.speckv.cascade..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "io.speckv.cascade..",
                    "io.speckv.selection..",
                    "java.lang..",
                    "java.util",
                    "java.util.stream",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule onlyTheTorchPackagesKnowDjlsTensors = noClasses()
            .that()
            .resideOutsideOfPackages("io.speckv.engine.torch..", "io.speckv.training.torch..", "io.speckv.text..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule theEngineKnowsNoServicesAndNoText = noClasses()
            .that()
            .resideInAPackage("io.speckv.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.grpc..", "com.google.protobuf..", "io.speckv.proto..", "io.speckv.kit..", "io.speckv.text..");

    @ArchTest
    static final ArchRule theEngineDoesNotLog = noClasses()
            .that()
            .resideInAPackage("io.speckv.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.slf4j..");

    @ArchTest
    static final ArchRule theRouterKnowsNoEngine = noClasses()
            .that()
            .resideInAPackage("io.speckv.router..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.speckv.engine..", "io.speckv.serving..", "ai.djl..");

    @ArchTest
    static final ArchRule httpKnowsTheRouterByItsProtocolOnly = noClasses()
            .that()
            .resideInAPackage("io.speckv.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.speckv.router..", "io.speckv.selection..", "io.speckv.text..", "io.speckv.engine..");

    @ArchTest
    static final ArchRule onlyHttpKnowsTheHttpServer = noClasses()
            .that()
            .resideOutsideOfPackage("io.speckv.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    /** The clock on the wall may jump: it tells when something happened and until when a certificate holds, never how long. */
    @ArchTest
    static final ArchRule nothingWaitsByTheClockOnTheWall = noClasses()
            .that()
            .resideOutsideOfPackages("io.speckv.text..", "io.speckv.proto..")
            .and()
            .haveNameNotMatching(".*\\.(TlsFiles|RequestTimeline|HttpGateway)")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone");

    /** Disks fill up, and roots are read-only: what serves writes no files. Commands of the launcher do. */
    @ArchTest
    static final ArchRule whatServesWritesNoFiles = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.speckv.kit..",
                    "io.speckv.http..",
                    "io.speckv.router..",
                    "io.speckv.serving..",
                    "io.speckv.target..",
                    "io.speckv.draft..")
            .should()
            .callMethodWhere(target(owner(type(Files.class)))
                    .and(target(nameMatching("write.*|create.*|newOutputStream|newBufferedWriter|copy|move|delete.*"))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(FileOutputStream.class, FileWriter.class, RandomAccessFile.class);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.speckv.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .that(resideInAPackage("io.speckv.."))
            .and()
            .resideOutsideOfPackage("io.speckv.proto..")
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    @ArchTest
    static final ArchRule throwablesAreExceptions =
            classes().that().areAssignableTo(Throwable.class).should().haveSimpleNameEndingWith("Exception");

    @ArchTest
    static void everyNameOfAFileIsUsedOnce(JavaClasses classes) {
        Map<String, List<String>> places = classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .filter(type -> !type.getPackageName().startsWith("io.speckv.proto"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));
        places.values().removeIf(names -> names.size() == 1);
        assertThat(places).isEmpty();
    }

    @ArchTest
    static final ArchRule noMutableStatics = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("io.speckv.proto..")
            .should()
            .notBeFinal();
}
