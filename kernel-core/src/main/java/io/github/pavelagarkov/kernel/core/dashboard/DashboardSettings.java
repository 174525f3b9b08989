package io.github.pavelagarkov.kernel.core.dashboard;

import io.github.pavelagarkov.kernel.Check;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the page is.
 *
 * @param port on the loopback interface, 0 takes a free one; empty means no port of its own
 * @param admin whether it is at {@code /kernel} of the admin port, if the host has one [true]
 * @param rest below the path of the REST applications, for those who have a role; empty means not there
 */
public record DashboardSettings(OptionalInt port, boolean admin, Optional<Rest> rest) {
    /** The path at the admin port. */
    public static final String ADMIN_PATH = "/kernel";

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the port is none
     */
    public DashboardSettings {
        port.ifPresent(given -> Check.range("port of the dashboard", given, 0, 65_535));
    }

    /**
     * Among the resources of a REST application, which everybody can reach.
     *
     * @param path below that of the application, with a leading slash and none at the end
     * @param role who may see it; {@code **} means whoever has logged in
     */
    public record Rest(String path, String role) {
        /** What a path matches. */
        public static final String PATH_FORM = "(/[A-Za-z0-9._~-]{1,60}){1,5}";

        /** What a role matches. */
        public static final String ROLE_FORM = "\\*\\*|[A-Za-z0-9._:@/-]{1,100}";

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is missing or has another form
         */
        public Rest {
            check("path of the dashboard", path, PATH_FORM);
            check("role of the dashboard", role, ROLE_FORM);
        }

        private static void check(String field, String value, String form) {
            if (!Check.notNull(field, value).matches(form)) {
                throw new IllegalArgumentException(
                        field + " must match " + form + ", was '" + Check.printable(value) + "'");
            }
        }
    }
}
