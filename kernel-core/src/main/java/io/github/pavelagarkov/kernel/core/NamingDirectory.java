package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** What a server keeps for its applications under names (JNDI). Asked on the thread that builds the kernel, which sees it. */
final class NamingDirectory {
    private NamingDirectory() {}

    /**
     * {@return the DataSource under a name}
     *
     * @throws ConfigurationException if there is none
     */
    @SuppressWarnings(
            "BanJNDI") // the configuration only takes names without a scheme but java:, so nothing is loaded from afar
    static DataSource dataSource(String pool, String name) {
        String reason;
        try {
            Object found = new InitialContext().lookup(name);
            if (found instanceof DataSource source) {
                return source;
            }
            reason = "must be the name of a DataSource, is that of "
                    + (found == null ? "nothing" : found.getClass().getName());
        } catch (NamingException e) {
            reason = "must be the name of a DataSource that the server knows: " + e;
        }
        throw new ConfigurationException(
                List.of(new Problem("kernel.postgres." + pool + ".jndi", name, "configuration", reason)));
    }
}
