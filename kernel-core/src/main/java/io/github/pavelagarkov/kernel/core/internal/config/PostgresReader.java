package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ConfigKeys.DEFAULTS;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig.Postgres;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads {@code kernel.postgres}: the one server most services have, and the pools. Of a pool that has a server of its own
 * nothing but sizes and times comes from elsewhere: a password must not go to a server it is not for.
 */
final class PostgresReader {
    private static final PostgresPoolSettings FALLBACK =
            PostgresPoolSettings.builder("jdbc:postgresql://localhost/").build();

    private final Settings settings;
    private final Optional<String> application;

    PostgresReader(Settings settings, Optional<String> application) {
        this.settings = settings;
        this.application = application;
    }

    Postgres read() {
        Optional<PostgresUrl> url = settings.read(ConfigKeys.POSTGRES_URL);
        Optional<String> username = settings.read(ConfigKeys.POSTGRES_USERNAME);
        Optional<Secret> password = settings.read(ConfigKeys.POSTGRES_PASSWORD);
        Duration connectTimeout =
                settings.read(ConfigKeys.POSTGRES_CONNECT_TIMEOUT).orElse(Postgres.CONNECT_TIMEOUT);
        String leaseTable =
                settings.read(ConfigKeys.POSTGRES_LEASE_TABLE).orElse(ConfigKeys.POSTGRES_LEASE_TABLE.fallback());
        Map<String, PostgresPoolSettings> pools = new TreeMap<>();
        Map<String, String> jndi = new TreeMap<>();
        for (String name : settings.read(PoolKeys.NAMES).orElse(List.of())) {
            if (isOwn(PoolKeys.JNDI, name)) {
                jndi(name).ifPresent(where -> jndi.put(name, where));
            } else {
                pools.put(name, pool(name));
            }
        }
        return new Postgres(url.map(PostgresUrl::text), username, password, connectTimeout, leaseTable, pools, jndi);
    }

    /** The server has made the pool, so nothing can be set here. */
    private Optional<String> jndi(String name) {
        PoolKeys.ALL.stream()
                .filter(key -> key.isNamed() && !key.equals(PoolKeys.JNDI) && isOwn(key, name))
                .map(key -> settings.given(key.at(name)).orElseThrow())
                .forEach(given -> settings.refuse(new Problem(
                        given.key(),
                        Secret.MASK,
                        given.source(),
                        "must not be set beside " + PoolKeys.JNDI.at(name) + ": the server has made that pool")));
        return new Blame(settings).read(PoolKeys.JNDI, name);
    }

    private PostgresPoolSettings pool(String name) {
        Blame blame = new Blame(settings);
        Optional<PostgresUrl> url = url(name, blame);
        // Without one the rest is still read, so that all that is wrong is said at once.
        PostgresUrl server = url.orElse(new PostgresUrl(FALLBACK.url()));
        PostgresPoolSettings.Builder builder = PostgresPoolSettings.builder(server.text());
        credentials(name, blame, builder);
        blame.read(PoolKeys.MAX_SIZE, name, DEFAULTS).ifPresent(builder::maxSize);
        blame.read(PoolKeys.MIN_IDLE, name, DEFAULTS).ifPresent(builder::minIdle);
        blame.read(PoolKeys.IDLE_TIMEOUT, name, DEFAULTS).ifPresent(builder::idleTimeout);
        blame.read(PoolKeys.MAX_LIFETIME, name, DEFAULTS).ifPresent(builder::maxLifetime);
        blame.read(PoolKeys.KEEPALIVE, name, DEFAULTS).ifPresent(builder::keepalive);
        blame.read(PoolKeys.CONNECT_TIMEOUT, name, DEFAULTS)
                .or(() -> blame.given(PoolKeys.CONNECT_TIMEOUT).isPresent()
                        ? Optional.empty()
                        : blame.read(ConfigKeys.POSTGRES_CONNECT_TIMEOUT))
                .ifPresent(builder::connectTimeout);
        blame.read(PoolKeys.ACQUIRE_TIMEOUT, name, DEFAULTS).ifPresent(builder::acquireTimeout);
        blame.read(PoolKeys.APPLICATION_NAME, name, DEFAULTS)
                .or(() -> application.filter(
                        any -> server.parameter("ApplicationName").isEmpty()))
                .ifPresent(builder::applicationName);
        blame.read(PoolKeys.SSL_MODE, name, DEFAULTS).ifPresent(builder::sslMode);
        PostgresPoolSettings pool = blame.build(builder::build, FALLBACK);
        note(name, pool, blame);
        return pool;
    }

    private Optional<PostgresUrl> url(String name, Blame blame) {
        Optional<PostgresUrl> url =
                isOwn(PoolKeys.URL, name) ? blame.read(PoolKeys.URL, name) : blame.read(ConfigKeys.POSTGRES_URL);
        if (blame.given(PoolKeys.URL).isEmpty()) {
            settings.refuse(new Problem(
                    PoolKeys.URL.at(name),
                    "",
                    "not set",
                    "must be " + PostgresUrl.FORM + ", here or for all pools as " + ConfigKeys.POSTGRES_URL.pattern()));
        }
        return url;
    }

    private void credentials(String name, Blame blame, PostgresPoolSettings.Builder builder) {
        blame.read(PoolKeys.USERNAME, name).ifPresent(builder::username);
        blame.read(PoolKeys.PASSWORD, name).ifPresent(builder::password);
        if (isOwn(PoolKeys.URL, name) || isOwn(PoolKeys.USERNAME, name)) {
            return;
        }
        blame.read(ConfigKeys.POSTGRES_USERNAME).ifPresent(builder::username);
        if (!isOwn(PoolKeys.PASSWORD, name)) {
            blame.read(ConfigKeys.POSTGRES_PASSWORD).ifPresent(builder::password);
        }
    }

    private boolean isOwn(ConfigKey<?> key, String name) {
        return settings.given(key.at(name)).isPresent();
    }

    private void note(String name, PostgresPoolSettings pool, Blame blame) {
        note(PoolKeys.URL, name, PoolKeys.URL.type().shown().apply(pool.url()), blame);
        note(PoolKeys.USERNAME, name, pool.username().orElse(""), blame);
        note(PoolKeys.PASSWORD, name, pool.password().map(Secret::toString).orElse(""), blame);
        note(PoolKeys.MAX_SIZE, name, Integer.toString(pool.maxSize()), blame);
        note(PoolKeys.MIN_IDLE, name, Integer.toString(pool.minIdle()), blame);
        note(PoolKeys.IDLE_TIMEOUT, name, Durations.text(pool.idleTimeout()), blame);
        note(PoolKeys.MAX_LIFETIME, name, Durations.text(pool.maxLifetime()), blame);
        note(PoolKeys.KEEPALIVE, name, Durations.text(pool.keepalive()), blame);
        note(PoolKeys.CONNECT_TIMEOUT, name, Durations.text(pool.connectTimeout()), blame);
        note(PoolKeys.ACQUIRE_TIMEOUT, name, Durations.text(pool.acquireTimeout()), blame);
        note(PoolKeys.APPLICATION_NAME, name, pool.applicationName().orElse(""), blame);
        note(PoolKeys.SSL_MODE, name, pool.sslMode().map(ValueType::word).orElse(""), blame);
    }

    private void note(ConfigKey<?> key, String name, String value, Blame blame) {
        boolean follows = key.equals(PoolKeys.APPLICATION_NAME) && !value.isEmpty();
        String unset = follows ? ConfigKeys.APPLICATION.pattern() : Settings.DEFAULT;
        String source = blame.given(key).map(Settings.Given::key).orElse(unset);
        settings.note(new Setting(key.at(name), value, source));
    }
}
