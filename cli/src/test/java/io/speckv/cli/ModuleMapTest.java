package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The documents show the modules and arrows that the build has and the classes use: all of them, and no other. */
@AnalyzeClasses(
        packages = "io.speckv",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ModuleMapTest {
    private static final String ROOT_PACKAGE = "io.speckv.";
    /** Packages that do not bear their module's name. */
    private static final Map<String, String> MODULES = Map.of(
            "kit", "service-kit",
            "draft", "draft-service",
            "target", "target-service",
            "enginetarget", "engine-target",
            "engineclient", "engine-client");

    @ArchTest
    static void bothTablesNameEveryModule(JavaClasses classes) throws IOException {
        List<String> architecture = modules("docs/architecture.md");
        assertThat(architecture).containsExactlyInAnyOrderElementsOf(ModuleMap.built());
        assertThat(modules("CONTRIBUTING.md")).isEqualTo(architecture);
    }

    @ArchTest
    static void arrowsAreThoseOfTheBuildFiles(JavaClasses classes) throws IOException {
        for (ModuleMap.Row row : ModuleMap.table("docs/architecture.md")) {
            assertThat(row.arrows()).as(row.module()).isEqualTo(ModuleMap.compiledWith(row.module()));
        }
    }

    @ArchTest
    static void arrowsPointDown(JavaClasses classes) throws IOException {
        List<String> order = modules("docs/architecture.md");
        for (ModuleMap.Row row : ModuleMap.table("docs/architecture.md")) {
            assertThat(order.subList(order.indexOf(row.module()) + 1, order.size()))
                    .as("below " + row.module())
                    .containsAll(row.arrows());
        }
    }

    @ArchTest
    static void classesUseEveryArrowAndNoOther(JavaClasses classes) throws IOException {
        Map<String, Set<String>> used = new TreeMap<>();
        for (JavaClass one : classes) {
            Set<String> arrows = used.computeIfAbsent(module(one), name -> new TreeSet<>());
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT_PACKAGE)
                        && !module(target).equals(module(one))) {
                    arrows.add(module(target));
                }
            }
        }
        for (ModuleMap.Row row : ModuleMap.table("docs/architecture.md")) {
            if (used.containsKey(row.module())) {
                assertThat(used.get(row.module())).as(row.module()).isEqualTo(row.arrows());
            }
        }
        assertThat(used).hasSizeGreaterThan(ModuleMap.built().size() / 2);
    }

    private static List<String> modules(String document) throws IOException {
        return ModuleMap.table(document).stream().map(ModuleMap.Row::module).toList();
    }

    private static String module(JavaClass one) {
        String inside = one.getPackageName().substring(ROOT_PACKAGE.length());
        int dot = inside.indexOf('.');
        String name = dot < 0 ? inside : inside.substring(0, dot);
        return MODULES.getOrDefault(name, name);
    }
}
