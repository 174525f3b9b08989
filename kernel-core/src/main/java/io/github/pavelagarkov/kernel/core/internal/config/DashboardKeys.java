package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.text;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The rows of {@link ConfigKeys} that are about the page. */
final class DashboardKeys {
    static final ConfigKey<Integer> PORT = new ConfigKey<>(
            "kernel.dashboard.port",
            ValueType.PORT,
            "off",
            "Port of the page on the loopback interface, for a browser on this machine or behind a tunnel; 0 takes a free one.");
    static final ConfigKey<Boolean> ADMIN = new ConfigKey<>(
            "kernel.dashboard.admin",
            ValueType.BOOLEAN,
            "true",
            "Whether the page is at " + DashboardSettings.ADMIN_PATH + " of the host's admin port, where it has one.");
    static final ConfigKey<String> PATH = new ConfigKey<>(
            "kernel.dashboard.path",
            text("a path as /kernel", DashboardSettings.Rest.PATH_FORM),
            "off",
            "Path of the page below that of the REST applications, as /kernel; needs a role.");
    static final ConfigKey<String> ROLE = new ConfigKey<>(
            "kernel.dashboard.role",
            text("the name of a role, or ** for whoever has logged in", DashboardSettings.Rest.ROLE_FORM),
            "none",
            "Who may see the page at kernel.dashboard.path: a role of the server, or ** for whoever has logged in.");

    static final List<ConfigKey<?>> ALL = List.of(PORT, ADMIN, PATH, ROLE);

    private DashboardKeys() {}

    static DashboardSettings read(Settings settings) {
        Optional<Integer> port = settings.read(PORT);
        boolean admin = settings.read(ADMIN).orElse(true);
        Optional<String> path = settings.read(PATH);
        Optional<String> role = settings.read(ROLE);
        if (path.isPresent() && settings.given(ROLE.pattern()).isEmpty()) {
            settings.refuse(new Problem(
                    ROLE.pattern(),
                    "",
                    "not set",
                    "required by " + PATH.pattern() + "; must be " + ROLE.type().allowed()));
        }
        if (role.isPresent() && settings.given(PATH.pattern()).isEmpty()) {
            settings.refuse(new Problem(
                    PATH.pattern(),
                    "",
                    "not set",
                    "required by " + ROLE.pattern() + ", which is about nothing else; must be "
                            + PATH.type().allowed()));
        }
        return new DashboardSettings(
                port.map(OptionalInt::of).orElse(OptionalInt.empty()),
                admin,
                path.flatMap(where -> role.map(who -> new DashboardSettings.Rest(where, who))));
    }
}
