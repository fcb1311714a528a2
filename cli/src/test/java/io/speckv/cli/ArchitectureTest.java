package io.speckv.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
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
