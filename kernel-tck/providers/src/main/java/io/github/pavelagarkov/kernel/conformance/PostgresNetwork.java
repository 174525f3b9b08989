package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore;
import io.github.pavelagarkov.kernel.core.postgres.PostgresLeases;
import io.github.pavelagarkov.kernel.core.postgres.PostgresSettings;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL behind one proxy for each node. Used by one test at a time. */
final class PostgresNetwork implements TckBackend, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CONNECTS = Duration.ofSeconds(30);
    private static final Duration LISTENS = Duration.ofSeconds(5);
    private static final LeaseKey NOBODYS = LeaseKey.lock("nobodys");

    /** From here on the store refuses to count, so that no token ever turns negative. */
    private static final long LAST_TOKEN = 1L << 62;

    private static final String MICROS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private final PostgresProcess postgres;
    private final String application;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger stores = new AtomicInteger();
    private boolean up = true;

    PostgresNetwork(PostgresProcess postgres, String application) {
        this.postgres = postgres;
        this.application = application;
    }

    /** {@return a store of its own of this node, connected and listening if PostgreSQL can be reached} */
    LeaseStore store(TckNode node) {
        Node own = node(node);
        String session = application + "-" + stores.incrementAndGet();
        LeaseStore store = own.store(session);
        if (up && own.well) {
            if (!RealWait.until(CONNECTS, () -> answers(store))) {
                throw new IllegalStateException("node '" + node.identity() + "' has not reached PostgreSQL within "
                        + CONNECTS + ": " + own.trouble(store));
            }
            // No failure if it takes longer: a notification is a hint.
            boolean unused = RealWait.until(LISTENS, () -> listens(session));
        }
        return store;
    }

    private static boolean answers(LeaseStore store) {
        return store.holder(NOBODYS)
                .handle((holder, error) -> error == null)
                .toCompletableFuture()
                .join();
    }

    private boolean listens(String session) {
        return !postgres.query("SELECT FROM pg_stat_activity WHERE application_name = '" + session
                        + "' AND query LIKE 'LISTEN %' AND state = 'idle'")
                .isEmpty();
    }

    private Node node(TckNode node) {
        return nodes.computeIfAbsent(node.identity(), name -> new Node(node));
    }

    /** {@return the key of a row as a literal: names of leases have no quotes} */
    private String row(LeaseKey key) {
        return "'kernel:" + application + ":" + key.kind().name().toLowerCase(Locale.ROOT) + ":" + key.name() + "'";
    }

    private void sql(String statement) {
        List<List<String>> unused = postgres.query(statement);
    }

    @Override
    public void down() {
        up = false;
        postgres.pause();
    }

    @Override
    public void up() {
        postgres.resume();
        sql("SELECT 1");
        up = true;
    }

    @Override
    public void loseData() {
        sql("TRUNCATE kernel_lease");
    }

    @Override
    public void delete(LeaseKey key) {
        sql("DELETE FROM kernel_lease WHERE key = " + row(key));
    }

    @Override
    public void takeOver(LeaseKey key, Duration ttl) {
        sql("INSERT INTO kernel_lease AS l (key, lease_id, identity, token, expires_at) VALUES (" + row(key)
                + ", 'foreign', 'stranger', " + MICROS + ", clock_timestamp() + " + ttl.toMillis()
                + " * interval '1 millisecond') ON CONFLICT (key) DO UPDATE SET lease_id = excluded.lease_id,"
                + " identity = excluded.identity, token = greatest(l.token + 1, excluded.token),"
                + " expires_at = excluded.expires_at");
    }

    /** A token that cannot grow: no row can be broken in any other way that fails its own request alone. */
    @Override
    public void corrupt(LeaseKey key) {
        sql("INSERT INTO kernel_lease (key, token, expires_at) VALUES (" + row(key) + ", " + LAST_TOKEN
                + ", clock_timestamp()) ON CONFLICT (key) DO UPDATE SET lease_id = NULL, identity = NULL,"
                + " token = excluded.token, expires_at = excluded.expires_at");
    }

    @Override
    public Link link(TckNode node) {
        return node(node);
    }

    @Override
    public void close() {
        up();
        nodes.values().forEach(Node::close);
        loseData();
    }

    /** One node's way to PostgreSQL. */
    private final class Node implements Link {
        private final TcpProxy proxy = TcpProxy.to("127.0.0.1", postgres.port());
        private final List<LeaseStore> opened = new CopyOnWriteArrayList<>();
        private final LossyReleases releases = new LossyReleases();
        private final TckNode node;
        private boolean well = true;

        Node(TckNode node) {
            this.node = node;
        }

        /** {@return a new store, whose connections the server knows by this name} */
        LeaseStore store(String session) {
            String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?ApplicationName=" + session;
            LeaseStore store = PostgresLeaseStore.open(
                    PostgresSettings.of(url)
                            .withCredentials(postgres.user(), postgres.password())
                            .withConnectTimeout(CONNECT_TIMEOUT),
                    PostgresLeases.of(application),
                    node.clock(),
                    node.threads());
            opened.add(store);
            return releases.filter(store);
        }

        String trouble(LeaseStore store) {
            return store.holder(NOBODYS)
                    .handle((holder, error) -> String.valueOf(error))
                    .toCompletableFuture()
                    .join();
        }

        @Override
        public void cut() {
            well = false;
            proxy.blackHole();
        }

        @Override
        public void loseReplies() {
            well = false;
            proxy.dropReplies();
        }

        @Override
        public void delayReplies(Duration by) {
            proxy.delay(TcpProxy.Direction.REPLY, by);
        }

        @Override
        public void delayCalls(Duration by) {
            proxy.delay(TcpProxy.Direction.REQUEST, by);
        }

        @Override
        public void loseNotifications() {
            releases.lose();
        }

        @Override
        public void heal() {
            well = true;
            proxy.pass();
            releases.heal();
        }

        void close() {
            opened.forEach(LeaseStore::close);
            proxy.close();
        }
    }
}
