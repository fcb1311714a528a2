package io.speckv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The modules as the documents and the build files tell them. */
final class ModuleMap {
    private static final Path ROOT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("");
    private static final Pattern NAME = Pattern.compile("`([a-z-]+)`");
    private static final String ARTIFACT = "speckv-";

    private ModuleMap() {}

    /**
     * One row of a table of modules.
     *
     * @param cells the row's cells, the first of which names the module
     */
    record Row(List<String> cells) {
        String module() {
            return names(cells.get(0)).get(0);
        }

        /** Returns the modules that the last cell names. */
        Set<String> arrows() {
            return new TreeSet<>(names(cells.get(cells.size() - 1)));
        }

        private static List<String> names(String cell) {
            return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
        }
    }

    /** Returns the rows of the table below a line that begins with {@code | module |}. */
    static List<Row> table(String document) throws IOException {
        List<Row> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(ROOT.resolve(document))) {
            if (line.startsWith("| module |")) {
                inside = true;
            } else if (inside && line.startsWith("| `")) {
                rows.add(new Row(List.of(line.substring(1).split("\\|", 0))));
            } else if (inside && !line.startsWith("|")) {
                break;
            }
        }
        return rows;
    }

    /** Returns the modules of the whole build. */
    static List<String> built() throws IOException {
        Matcher modules = Pattern.compile("<module>([a-z-]+)</module>").matcher(Files.readString(pom("")));
        return modules.results().map(found -> found.group(1)).toList();
    }

    /** Returns the modules that the main code of one is compiled with, by its own build file. */
    static Set<String> compiledWith(String module) throws IOException {
        try {
            Node project = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(pom(module).toFile())
                    .getDocumentElement();
            return children(child(project, "dependencies"), "dependency").stream()
                    .filter(dependency -> text(dependency, "scope").isEmpty())
                    .map(dependency -> text(dependency, "artifactId"))
                    .filter(artifact -> artifact.startsWith(ARTIFACT))
                    .map(artifact -> artifact.substring(ARTIFACT.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read the build file of " + module, e);
        }
    }

    private static Path pom(String module) {
        return ROOT.resolve(module).resolve("pom.xml");
    }

    private static Node child(Node parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? parent.getOwnerDocument().createElement(name) : found.get(0);
    }

    private static String text(Node parent, String name) {
        return child(parent, name).getTextContent().strip();
    }

    private static List<Element> children(Node parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = parent.getChildNodes();
        for (int i = 0; i < all.getLength(); i++) {
            if (all.item(i) instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
