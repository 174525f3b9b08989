package io.github.pavelagarkov.kernel.dropwizard;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.util.Duration;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import java.util.Map;
import java.util.Optional;

/**
 * One of kernel's PostgreSQL pools, as Dropwizard's own factories want it. Needs {@code io.dropwizard:dropwizard-jdbi3}, or
 * what else takes a {@link PooledDataSourceFactory}.
 *
 * <pre>{@code
 * PostgresPool orders = bundle.kernel().postgres("orders");
 * Jdbi jdbi = new JdbiFactory().build(environment, KernelDataSourceFactory.of(orders), "orders");
 * }</pre>
 *
 * <p>The pool stays kernel's: it is closed by the shutdown after every managed object has stopped, not by Dropwizard, and
 * has the settings of {@code kernel.postgres.<pool>}. Thread-safe.
 */
public final class KernelDataSourceFactory implements PooledDataSourceFactory {
    private final PostgresPool pool;

    private KernelDataSourceFactory(PostgresPool pool) {
        this.pool = pool;
    }

    /**
     * {@return a factory that hands out one pool, as often as it is asked}
     *
     * @param pool of a kernel
     */
    public static KernelDataSourceFactory of(PostgresPool pool) {
        return new KernelDataSourceFactory(Check.notNull("pool", pool));
    }

    @Override
    public ManagedDataSource build(MetricRegistry metrics, String name) {
        return new LentDataSource(pool.dataSource());
    }

    @Override
    public boolean isAutoCommentsEnabled() {
        return true;
    }

    /** {@return what the driver is told beyond the URL: nothing} */
    @Override
    public Map<String, String> getProperties() {
        return Map.of();
    }

    @Override
    public Optional<Duration> getValidationQueryTimeout() {
        return Optional.of(Duration.seconds(1));
    }

    @Override
    public Optional<String> getValidationQuery() {
        return Optional.of("SELECT 1");
    }

    @Override
    public String getDriverClass() {
        return PostgresPoolSettings.DRIVER_CLASS;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException for a pool over a DataSource of the application, whose URL only that knows
     */
    @Override
    public String getUrl() {
        return pool.settings()
                .map(PostgresPoolSettings::url)
                .orElseThrow(() -> new IllegalStateException("postgres pool '" + pool.name()
                        + "' is a DataSource of the application, its URL is not known here"));
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException always: the pool is open already; set {@code kernel.postgres.<pool>.max-size}
     */
    @Override
    public void asSingleConnectionPool() {
        throw new UnsupportedOperationException("postgres pool '" + pool.name()
                + "' is open already: set kernel.postgres." + pool.name() + ".max-size to 1 instead");
    }
}
