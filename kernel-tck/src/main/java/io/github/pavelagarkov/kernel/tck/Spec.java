package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.KernelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules, as the SPEC.md inside kernel-api has them. Immutable. */
public final class Spec {
    private static final String RESOURCE = "/META-INF/kernel/SPEC.md";
    private static final Pattern RULE = Pattern.compile(
            "- ([A-Z]{2}-\\d+[a-z]?) \\[(E|H|K)(?::([A-Z_]+))?] ((?:MUST|SHOULD|MAY) .*) — Intent: (.*)");

    private final Map<String, SpecRule> rules;

    private Spec(Map<String, SpecRule> rules) {
        this.rules = rules;
    }

    /**
     * {@return the rules of the kernel-api on the class path}
     *
     * @throws IllegalStateException if kernel-api has no SPEC.md
     */
    public static Spec load() {
        try (InputStream in = KernelException.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("kernel-api has no " + RESOURCE + "; is it older than kernel-tck?");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Spec parse(String text) {
        Map<String, SpecRule> rules = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            Matcher rule = RULE.matcher(line.strip());
            if (rule.matches()) {
                rules.put(
                        rule.group(1),
                        new SpecRule(
                                rule.group(1),
                                SpecRule.Level.valueOf(rule.group(2)),
                                Optional.ofNullable(rule.group(3)).map(Capability::valueOf),
                                rule.group(4),
                                rule.group(5)));
            }
        }
        return new Spec(rules);
    }

    /** {@return the rules, in the order of SPEC.md} */
    public Collection<SpecRule> rules() {
        return rules.values();
    }

    /**
     * {@return the rule of that id}
     *
     * @param id as {@code LE-7}
     * @throws IllegalArgumentException if SPEC.md has no such rule
     */
    public SpecRule rule(String id) {
        return Optional.ofNullable(rules.get(id))
                .orElseThrow(() -> new IllegalArgumentException("SPEC.md has no rule '" + id + "'"));
    }
}
