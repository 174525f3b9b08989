package io.github.pavelagarkov.kernel.cdi.liberty.app;

import io.github.pavelagarkov.kernel.cdi.KernelNamed;
import io.github.pavelagarkov.kernel.job.Job;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Asks the database that the server has. */
@ApplicationScoped
public class Ledger {
    @Inject
    Voice voice;

    @Inject
    @KernelNamed("orders")
    DataSource orders;

    /** For the container. */
    public Ledger() {}

    @Job(every = "100ms")
    void read() throws SQLException {
        try (Connection connection = orders.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('application_name')")) {
            row.next();
            voice.say("is known to the database as " + row.getString(1) + " by "
                    + connection.getClass().getPackageName());
        }
    }
}
