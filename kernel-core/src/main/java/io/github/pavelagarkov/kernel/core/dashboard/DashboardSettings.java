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
     * Among the resources of a REST application, which everybody can reach.
     *
     * @param path below that of the application, with a leading slash and none at the end
     * @param role who may see it; {@code **} means whoever has logged in
     */
    public record Rest(String path, String role) {
        /** Checks that both are there. */
        public Rest {
            Check.notNull("path of the dashboard", path);
            Check.notNull("role of the dashboard", role);
        }
    }
}
