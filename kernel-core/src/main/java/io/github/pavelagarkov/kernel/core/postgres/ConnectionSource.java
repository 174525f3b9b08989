package io.github.pavelagarkov.kernel.core.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections; may block as long as its own settings allow. */
interface ConnectionSource {
    Connection open() throws SQLException;
}
