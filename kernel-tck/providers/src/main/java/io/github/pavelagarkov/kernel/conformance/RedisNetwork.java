package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.core.redis.RedisKeys;
import io.github.pavelagarkov.kernel.core.redis.RedisLeaseStore;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisReply;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A real Redis behind one proxy for each node. Used by one test at a time. */
final class RedisNetwork implements TckBackend, AutoCloseable {
    /** Longer than an attempt of an election, which gives up first. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final Duration CONNECTS = Duration.ofSeconds(30);
    private static final Duration SUBSCRIBES = Duration.ofSeconds(5);

    private final RedisProcess redis;
    private final String application;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private boolean up = true;

    RedisNetwork(RedisProcess redis, String application) {
        this.redis = redis;
        this.application = application;
    }

    /** {@return a store of its own on the connection of this node, connected and subscribed if Redis can be reached} */
    LeaseStore store(TckNode node) {
        Node own = node(node);
        LeaseStore store = own.releases.filter(RedisLeaseStore.over(own.connection, RedisKeys.kernel(application)));
        if (up && own.well) {
            own.listens = true;
            if (!RealWait.until(CONNECTS, own.connection::isReady)) {
                throw new IllegalStateException("node '" + node.identity() + "' has not reached Redis within "
                        + CONNECTS + ": " + own.trouble());
            }
            // No failure if it takes longer: a notification is a hint.
            RealWait.until(SUBSCRIBES, () -> subscribers() >= listening());
        }
        return store;
    }

    private long listening() {
        return nodes.values().stream().filter(node -> node.listens).count();
    }

    private long subscribers() {
        RedisReply reply = redis.send("PUBSUB", "NUMSUB", "kernel:" + application + ":released");
        return Long.parseLong(reply.texts().get(1));
    }

    private Node node(TckNode node) {
        return nodes.computeIfAbsent(node.identity(), name -> new Node(node));
    }

    private String redisKey(LeaseKey key) {
        return "kernel:" + application + ":" + key.kind().name().toLowerCase(Locale.ROOT) + ":" + key.name();
    }

    private String fence(LeaseKey key) {
        return "{" + redisKey(key) + "}:fence";
    }

    @Override
    public void down() {
        up = false;
        redis.pause();
    }

    @Override
    public void up() {
        redis.resume();
        redis.send("PING");
        up = true;
    }

    @Override
    public void loseData() {
        redis.send("FLUSHALL");
    }

    @Override
    public void delete(LeaseKey key) {
        redis.send("DEL", redisKey(key), fence(key));
    }

    @Override
    public void takeOver(LeaseKey key, Duration ttl) {
        RedisReply last = redis.send("GET", fence(key));
        long token = last.kind() == RedisReply.Kind.NOTHING ? 1 : Long.parseLong(last.text()) + 1;
        redis.send("SET", fence(key), Long.toString(token));
        redis.send("SET", redisKey(key), "foreign@" + token + "@stranger", "PX", Long.toString(ttl.toMillis()));
    }

    @Override
    public void corrupt(LeaseKey key) {
        redis.send("DEL", redisKey(key));
        redis.send("RPUSH", redisKey(key), "a list");
    }

    @Override
    public Link link(TckNode node) {
        return node(node);
    }

    @Override
    public void close() {
        up();
        nodes.values().forEach(Node::close);
        redis.send("FLUSHALL");
    }

    /** One node's way to Redis. */
    private final class Node implements Link {
        private final TcpProxy proxy = TcpProxy.to("127.0.0.1", redis.port());
        private final RedisConnection connection;
        private final LossyReleases releases = new LossyReleases();
        private boolean well = true;
        private boolean listens;

        Node(TckNode node) {
            connection = RedisConnection.open(
                    RedisSettings.of("redis://127.0.0.1:" + proxy.port()).withTimeouts(TIMEOUT, TIMEOUT),
                    node.clock(),
                    node.threads());
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

        String trouble() {
            return connection
                    .ping()
                    .handle((done, error) -> String.valueOf(error))
                    .toCompletableFuture()
                    .join();
        }

        void close() {
            // Before the proxy: a client whose server has gone would try to connect again.
            connection.close();
            proxy.close();
        }
    }
}
