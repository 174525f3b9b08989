package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.core.ConfigSource;
import java.util.StringJoiner;

/** Writes docs/configuration.md from the table of settings. */
final class ConfigurationPage {
    private static final String HEAD = """
            # Configuration

            <!-- Generated from ConfigKeys.java; do not edit. Regenerate: mvn test -pl kernel-core -am -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dkernel.docs.write=true -->

            The keys, values and defaults below are the same on every host.

            - **Precedence**: system property, then environment, then the application's own file. An empty value takes the default, whatever later sources say.
            - **Environment**: the key in capitals, every other character an underscore: `kernel.leader.cron-jobs.lease` is `KERNEL_LEADER_CRON_JOBS_LEASE`. Variables are looked up by key and never listed, so other variables beginning with `KERNEL_` do no harm.
            - **YAML**: the tree below `kernel:`, in kebab-case or camelCase (`drain-delay`, `drainDelay`).
            - **Named things** (`<name>`) are listed, `kernel.leader.names=cron,mail`; in YAML the keys of the map are the list. What is not listed has the defaults. A name is `[a-z][a-z0-9-]{0,62}`.
            - **All elections at once**: `kernel.leader.defaults.lease` and its neighbours hold for every election that does not say otherwise, listed or not.
            - **All pools at once**: `kernel.postgres.defaults.max-size` and its neighbours hold for every pool that does not say otherwise. Where a pool leads to, and with whose credentials, it takes from `kernel.postgres.url`, `username` and `password` if it says no `url`.
            - **A shorter or longer lease**: with `lease` set, every duration of the timing that is not set follows from it in proportion.
            - **Durations**: `250us`, `500ms`, `30s`, `5m`, `2h`, `1d`, or ISO-8601 such as `PT30S`.
            - **Mistakes**: every problem is reported at once and the start fails. So does an unknown key in the application's own file, with the nearest known key; an unknown `kernel.` system property is a warning.
            - **Secrets** are shown as `***` everywhere, also inside a URI.

            """;

    private ConfigurationPage() {}

    static String text() {
        StringBuilder page = new StringBuilder(HEAD);
        String area = "";
        for (ConfigKey<?> key : ConfigKeys.all()) {
            if (!area(key).equals(area)) {
                area = area(key);
                page.append(page.length() > HEAD.length() ? "\n" : "")
                        .append("## ")
                        .append(area)
                        .append("\n\n| key | value | default | what it does |\n|---|---|---|---|\n");
            }
            page.append(row(key));
        }
        return page.toString();
    }

    private static String area(ConfigKey<?> key) {
        String[] parts = key.pattern().split("\\.", -1);
        return parts.length == 2 ? "service" : parts[1];
    }

    private static String row(ConfigKey<?> key) {
        return new StringJoiner(" | ", "| ", " |\n")
                .add("`" + key.pattern() + "`")
                .add(cell(briefly(key.type().allowed())) + (key.isSecret() ? " (secret)" : ""))
                .add(cell(key.fallback()))
                .add(cell(key.doc()))
                .toString();
    }

    // The head says how durations and names are written.
    private static String briefly(String allowed) {
        return allowed.replaceAll(",? such as 500ms, 30s, 5m or PT30S", "").replace(": [a-z][a-z0-9-]{0,62}", "");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    /** {@return the variable of a key, for the example of the head} */
    static String variableOfTheExample() {
        return ConfigSource.variable("kernel.leader.cron-jobs.lease");
    }
}
