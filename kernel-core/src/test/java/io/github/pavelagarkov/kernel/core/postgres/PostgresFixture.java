package io.github.pavelagarkov.kernel.core.postgres;

import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.leases.Heard;
import io.github.pavelagarkov.kernel.core.leases.StoreCalls;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** Stores over a real PostgreSQL. */
final class PostgresFixture {
    static final Duration ATTEMPT = Duration.ofMillis(500);

    private PostgresFixture() {}

    static PostgresSettings settings(PostgresProcess postgres) {
        return PostgresSettings.of(postgres.url()).withCredentials(postgres.user(), postgres.password());
    }

    /** {@return settings of a pool of the superuser} */
    static PostgresPoolSettings.Builder pool(PostgresProcess postgres, String... parameters) {
        return PostgresPoolSettings.builder(postgres.url() + String.join("", parameters))
                .username(postgres.user())
                .password(Secret.of(postgres.password()));
    }

    static PostgresLeaseStore open(PostgresSettings settings, PostgresLeases leases) {
        return PostgresLeaseStore.open(settings, leases, KernelClock.system(), Thread::new);
    }

    /** {@return a store of the application {@code shop}} */
    static PostgresLeaseStore open(PostgresProcess postgres) {
        return open(settings(postgres), shop());
    }

    static PostgresLeases shop() {
        return PostgresLeases.of("shop").withAttempt(ATTEMPT);
    }

    /** Waits until a store of {@code shop} hears what is notified. */
    static void awaitListening(PostgresLeaseStore store, PostgresProcess postgres) {
        Heard heard = new Heard();
        var subscription = store.subscribe(heard);
        await().atMost(StoreCalls.PATIENCE).until(() -> {
            postgres.query("SELECT pg_notify('kernel_released', 'kernel:shop:lock:probe')");
            return !heard.released().isEmpty();
        });
        subscription.remove();
    }

    /** {@return the live threads that stores made} */
    static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().startsWith("kernel-postgres"))
                .collect(Collectors.toSet());
    }
}
