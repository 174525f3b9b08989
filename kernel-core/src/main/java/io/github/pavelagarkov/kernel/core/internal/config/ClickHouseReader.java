package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ConfigKeys.DEFAULTS;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseUrl;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code kernel.clickhouse}: pools of connections. */
final class ClickHouseReader {
    private static final ClickHouseSettings FALLBACK =
            ClickHouseSettings.builder("jdbc:clickhouse://localhost").build();

    private final Settings settings;
    private final Optional<String> application;

    ClickHouseReader(Settings settings, Optional<String> application) {
        this.settings = settings;
        this.application = application;
    }

    Map<String, ClickHouseSettings> read() {
        Map<String, ClickHouseSettings> pools = new TreeMap<>();
        for (String name : settings.read(ClickHouseKeys.NAMES).orElse(List.of())) {
            pools.put(name, pool(name));
        }
        return pools;
    }

    private ClickHouseSettings pool(String name) {
        Blame blame = new Blame(settings);
        // Without one the rest is still read, so that all that is wrong is said at once.
        ClickHouseUrl server = url(name, blame).orElse(FALLBACK.url());
        ClickHouseSettings.Builder builder = ClickHouseSettings.builder(server.text());
        blame.read(ClickHouseKeys.USERNAME, name).ifPresent(builder::username);
        blame.read(ClickHouseKeys.PASSWORD, name).ifPresent(builder::password);
        blame.read(ClickHouseKeys.MAX_SIZE, name, DEFAULTS).ifPresent(builder::maxSize);
        blame.read(ClickHouseKeys.MIN_IDLE, name, DEFAULTS).ifPresent(builder::minIdle);
        blame.read(ClickHouseKeys.IDLE_TIMEOUT, name, DEFAULTS).ifPresent(builder::idleTimeout);
        blame.read(ClickHouseKeys.MAX_LIFETIME, name, DEFAULTS).ifPresent(builder::maxLifetime);
        blame.read(ClickHouseKeys.CONNECT_TIMEOUT, name, DEFAULTS).ifPresent(builder::connectTimeout);
        blame.read(ClickHouseKeys.ACQUIRE_TIMEOUT, name, DEFAULTS).ifPresent(builder::acquireTimeout);
        blame.read(ClickHouseKeys.SOCKET_TIMEOUT, name, DEFAULTS).ifPresent(builder::socketTimeout);
        blame.read(ClickHouseKeys.DRAIN_TIMEOUT, name, DEFAULTS).ifPresent(builder::drainTimeout);
        blame.read(ClickHouseKeys.CLIENT_NAME, name, DEFAULTS)
                .or(() -> application)
                .ifPresent(builder::clientName);
        blame.read(ClickHouseKeys.COMPRESSION, name, DEFAULTS).ifPresent(builder::compression);
        ClickHouseSettings pool = blame.build(builder::build, FALLBACK);
        note(name, pool, blame);
        return pool;
    }

    private Optional<ClickHouseUrl> url(String name, Blame blame) {
        Optional<ClickHouseUrl> url = blame.read(ClickHouseKeys.URL, name);
        if (blame.given(ClickHouseKeys.URL).isEmpty()) {
            settings.refuse(new Problem(ClickHouseKeys.URL.at(name), "", "not set", "must be " + ClickHouseUrl.FORM));
        }
        return url;
    }

    private void note(String name, ClickHouseSettings pool, Blame blame) {
        note(ClickHouseKeys.URL, name, ClickHouseUrl.masked(pool.url().text()), blame);
        note(ClickHouseKeys.USERNAME, name, pool.username().orElse(""), blame);
        note(
                ClickHouseKeys.PASSWORD,
                name,
                pool.password().map(Secret::toString).orElse(""),
                blame);
        note(ClickHouseKeys.MAX_SIZE, name, Integer.toString(pool.maxSize()), blame);
        note(ClickHouseKeys.MIN_IDLE, name, Integer.toString(pool.minIdle()), blame);
        note(ClickHouseKeys.IDLE_TIMEOUT, name, Durations.text(pool.idleTimeout()), blame);
        note(ClickHouseKeys.MAX_LIFETIME, name, Durations.text(pool.maxLifetime()), blame);
        note(ClickHouseKeys.CONNECT_TIMEOUT, name, Durations.text(pool.connectTimeout()), blame);
        note(ClickHouseKeys.ACQUIRE_TIMEOUT, name, Durations.text(pool.acquireTimeout()), blame);
        note(ClickHouseKeys.SOCKET_TIMEOUT, name, Durations.text(pool.socketTimeout()), blame);
        note(ClickHouseKeys.DRAIN_TIMEOUT, name, Durations.text(pool.drainTimeout()), blame);
        note(ClickHouseKeys.CLIENT_NAME, name, pool.clientName().orElse(""), blame);
        note(ClickHouseKeys.COMPRESSION, name, ValueType.word(pool.compression()), blame);
    }

    private void note(ConfigKey<?> key, String name, String value, Blame blame) {
        boolean follows = key.equals(ClickHouseKeys.CLIENT_NAME) && !value.isEmpty();
        String unset = follows ? ConfigKeys.APPLICATION.pattern() : Settings.DEFAULT;
        String source = blame.given(key).map(Settings.Given::key).orElse(unset);
        settings.note(new Setting(key.at(name), value, source));
    }
}
