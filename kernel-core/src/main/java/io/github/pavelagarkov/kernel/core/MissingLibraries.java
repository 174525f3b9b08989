package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.UnfitSetting;
import io.github.pavelagarkov.kernel.core.internal.host.Libraries;
import java.util.ArrayList;
import java.util.List;

/** The optional libraries that backends in the settings need and that are not there. */
final class MissingLibraries {
    private static final Library REDISSON = new Library("org.redisson.Redisson", "org.redisson:redisson");
    private static final Library POSTGRES = new Library("org.postgresql.Driver", "org.postgresql:postgresql");
    private static final Library CLICK_HOUSE =
            new Library("com.clickhouse.jdbc.Driver", "com.clickhouse:clickhouse-jdbc");
    private static final Library HIKARI = new Library("com.zaxxer.hikari.HikariDataSource", "com.zaxxer:HikariCP");

    private MissingLibraries() {}

    /**
     * @param type a class of it
     * @param artifact what to add
     */
    private record Library(String type, String artifact) {}

    /** A setting cannot be served without a library. */
    private record Need(String key, Library library) {}

    static List<Problem> of(Plan plan) {
        return needs(plan).stream()
                .flatMap(need -> Libraries.trouble(need.library.type, need.library.artifact).stream()
                        .map(why -> UnfitSetting.problem(plan.config, need.key, why)))
                .toList();
    }

    private static List<Need> needs(Plan plan) {
        List<Need> needs = new ArrayList<>();
        if (Backends.opensRedis(plan)) {
            needs.add(new Need("kernel.redis.uri", REDISSON));
        }
        if (Backends.keepsLeasesInPostgres(plan)) {
            needs.add(new Need("kernel.postgres.url", POSTGRES));
        }
        if (!plan.config.postgres().pools().isEmpty()) {
            needs.add(new Need("kernel.postgres.names", HIKARI));
            needs.add(new Need("kernel.postgres.names", POSTGRES));
        }
        if (!plan.config.clickHouse().isEmpty()) {
            needs.add(new Need("kernel.clickhouse.names", HIKARI));
            needs.add(new Need("kernel.clickhouse.names", CLICK_HOUSE));
        }
        return needs;
    }
}
