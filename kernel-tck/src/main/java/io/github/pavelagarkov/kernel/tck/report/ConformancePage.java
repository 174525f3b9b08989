package io.github.pavelagarkov.kernel.tck.report;

import io.github.pavelagarkov.kernel.tck.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The page that shows every report of a folder side by side: rules down, implementations across. */
final class ConformancePage {
    private static final String TEMPLATE = "conformance.html";

    private ConformancePage() {}

    /** Writes {@code index.html} anew from all reports in the folder. */
    static void write(Path folder, Spec spec) throws IOException {
        List<String> reports = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                reports.add(Files.readString(file));
            }
        }
        Files.writeString(folder.resolve("index.html"), page(spec, reports));
    }

    static String page(Spec spec, List<String> reports) throws IOException {
        return template()
                .replace("/*RULES*/[]", rules(spec))
                .replace("/*REPORTS*/[]", "[" + String.join(",\n", reports) + "]");
    }

    private static String rules(Spec spec) {
        List<Object> rules = new ArrayList<>();
        spec.rules().forEach(rule -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("id", rule.id());
            fields.put("level", rule.level().name());
            fields.put("needs", rule.capability().map(Enum::name).orElse(""));
            fields.put("sentence", rule.sentence());
            fields.put("intent", rule.intent());
            rules.add(fields);
        });
        return Json.of(rules);
    }

    private static String template() throws IOException {
        try (InputStream in = ConformancePage.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException("kernel-tck lacks its " + TEMPLATE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
