package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.api.RScript;

/**
 * Keeps leases in Redis: a string with a ttl for each, a second one for its fencing token, one channel for all releases.
 *
 * <p>The value is {@code <lease id>@<token>@<identity>}. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LE-6, LE-9, LE-19</a>
 */
public final class RedisLeaseStore implements LeaseStore {
    private static final String SEPARATOR = "@";
    private static final Pattern VALUE = Pattern.compile("[^@]*@(\\d{1,18})@(.*)", Pattern.DOTALL);
    /** Long enough to remember a token while nobody leads, short enough not to keep those of elections long gone. */
    private static final String FENCE_TTL = String.valueOf(Duration.ofDays(7).toMillis());

    private final RedisConnection connection;
    private final RedisKeys names;
    private final List<ReleaseListener> listeners = new CopyOnWriteArrayList<>();
    private final ReleaseSubscription subscription;

    private RedisLeaseStore(RedisConnection connection, RedisKeys names) {
        this.connection = connection;
        this.names = names;
        this.subscription = new ReleaseSubscription(
                connection, names.channel(), this::tellReleased, this::tellGap, this::tellTrouble);
    }

    /**
     * Creates a store.
     *
     * @param connection stays open when the store is closed
     * @param names how leases are named
     * @return the store
     */
    public static RedisLeaseStore over(RedisConnection connection, RedisKeys names) {
        RedisLeaseStore store =
                new RedisLeaseStore(Check.notNull("connection", connection), Check.notNull("names", names));
        connection.whenReady(store::connected);
        return store;
    }

    private void connected() {
        // At once: candidates have waited for Redis, and the subscription may take a while.
        tellGap();
        subscription.ensure();
    }

    private void tellReleased(String payload) {
        names.released(payload).ifPresent(key -> listeners.forEach(listener -> listener.onReleased(key)));
    }

    private void tellGap() {
        listeners.forEach(ReleaseListener::onGap);
    }

    private void tellTrouble(KernelException cause) {
        listeners.forEach(listener -> listener.onTrouble(cause));
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.NOTIFY, Capability.FENCE_SURVIVES_DATA_LOSS);
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        if (!connection.isReady()) {
            // Not refused at once: that Redis is not known yet, as at every start, is no trouble to be told of.
            return connection.firstAttempt().thenCompose(ended -> request(batch));
        }
        return request(batch);
    }

    private CompletionStage<List<LeaseReply>> request(List<LeaseRequest> batch) {
        // On a cluster the keys lie in different slots: one call each, pipelined on the connection.
        return connection.isCluster() && batch.size() > 1 ? one(batch) : all(batch);
    }

    private CompletionStage<List<LeaseReply>> all(List<LeaseRequest> batch) {
        List<Object> keys = new ArrayList<>(batch.size() * 2);
        Object[] values = new Object[1 + batch.size()];
        values[0] = FENCE_TTL;
        for (int i = 0; i < batch.size(); i++) {
            LeaseRequest request = batch.get(i);
            boolean acquires = request.mode() == Mode.ACQUIRE;
            keys.add(names.key(request.key()));
            if (acquires) {
                keys.add(names.fence(request.key()));
            }
            values[i + 1] = (acquires ? "A" : "R")
                    + checkedId(request.leaseId())
                    + SEPARATOR
                    + request.ttl().toMillis()
                    + SEPARATOR
                    + (acquires ? request.identity() : "");
        }
        return connection
                .<List<Object>>eval(LeaseScripts.ACQUIRE_OR_RENEW, RScript.ReturnType.LIST, keys, values)
                .thenApply(answers -> {
                    subscription.ensure();
                    List<LeaseReply> replies = new ArrayList<>(answers.size());
                    for (int i = 0; i < answers.size(); i++) {
                        replies.add(reply(batch.get(i).key(), String.valueOf(answers.get(i))));
                    }
                    return replies;
                });
    }

    private CompletionStage<List<LeaseReply>> one(List<LeaseRequest> batch) {
        List<CompletableFuture<LeaseReply>> each = batch.stream()
                .map(request -> all(List.of(request))
                        .<LeaseReply>thenApply(replies -> replies.get(0))
                        .exceptionally(LeaseReply.Failed::new)
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> each.stream().map(CompletableFuture::join).toList());
    }

    private static String checkedId(String leaseId) {
        if (leaseId.contains(SEPARATOR)) {
            throw new IllegalArgumentException("lease id must not contain '" + SEPARATOR + "', was '" + leaseId + "'");
        }
        return leaseId;
    }

    private LeaseReply reply(LeaseKey key, String answer) {
        String rest = answer.substring(1);
        return switch (answer.charAt(0)) {
            case 'H' -> new LeaseReply.Held(Long.parseLong(rest));
            case 'T' -> new LeaseReply.Taken(remaining(Long.parseLong(rest)));
            case 'F' -> new LeaseReply.Free();
            default ->
                new LeaseReply.Failed(new BackendUnavailableException(
                        connection.address() + " refused key '" + names.key(key) + "': " + RedisFailures.reason(rest)));
        };
    }

    private static Optional<Duration> remaining(long pttl) {
        if (pttl == -1) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(Math.max(0, pttl)));
    }

    /** Release knows the lease id only, not the identity: the value is found by its prefix, inside Redis. */
    @Override
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        return connection
                .<Long>eval(
                        LeaseScripts.RELEASE,
                        RScript.ReturnType.LONG,
                        List.of(names.key(key)),
                        leaseId + SEPARATOR,
                        names.channel(),
                        names.payload(key))
                .thenApply(done -> {
                    if (done != null && done == LeaseScripts.RELEASED_UNTOLD) {
                        tellTrouble(new BackendUnavailableException(
                                ReleaseSubscription.refused("PUBLISH", names.channel(), connection.address())));
                    }
                    return done != null && done > 0;
                });
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        return connection
                .<String>eval(LeaseScripts.HOLDER, RScript.ReturnType.STRING, List.of(names.key(key)))
                .thenApply(RedisLeaseStore::holder);
    }

    private static Optional<LeaderInfo> holder(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Matcher ours = VALUE.matcher(value);
        // A Go peer writes its id alone and draws no token.
        return Optional.of(
                ours.matches()
                        ? new LeaderInfo(ours.group(2), OptionalLong.of(Long.parseLong(ours.group(1))))
                        : new LeaderInfo(value, OptionalLong.empty()));
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        listeners.add(Check.notNull("listener", listener));
        subscription.trouble().ifPresent(listener::onTrouble);
        return () -> listeners.remove(listener);
    }

    /** Ends the subscription. The connection stays open. */
    @Override
    public void close() {
        listeners.clear();
        subscription.close();
    }
}
