package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.Registration;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.codec.StringCodec;

/**
 * One store's ear on the channel of releases. Redisson subscribes again after a lost connection, but not if Redis refused or
 * did not answer the first time: that is done here, on the occasion of the next call that Redis answers. Thread-safe.
 */
final class ReleaseSubscription implements AutoCloseable {
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private enum State {
        WANTED,
        ASKED,
        HELD,
        CLOSED
    }

    private record Ear(RTopic topic, Integer messages, Integer status) {}

    private final RedisConnection connection;
    private final String channel;
    private final Consumer<String> onReleased;
    private final Runnable onGap;
    private final Registration beforeClose;
    private final Object lock = new Object();
    /** INVARIANT: written under lock, as are the two below. */
    private volatile State state = State.WANTED;

    private @Nullable Ear ear;
    private long notBefore;

    /**
     * Creates it without subscribing.
     *
     * @param connection to Redis
     * @param channel where releases are published
     * @param onReleased takes what was published
     * @param onGap told after every subscription: what was published before it has been lost
     */
    ReleaseSubscription(RedisConnection connection, String channel, Consumer<String> onReleased, Runnable onGap) {
        this.connection = connection;
        this.channel = channel;
        this.onReleased = onReleased;
        this.onGap = onGap;
        this.notBefore = connection.clock().nanoTime();
        this.beforeClose = connection.beforeClose(this::close);
    }

    /** Subscribes, unless that is done, is under way, has just failed, or Redis has not been reached yet. Does not block. */
    void ensure() {
        RedissonClient client = connection.readyClient();
        if (state != State.WANTED || client == null) {
            return;
        }
        synchronized (lock) {
            if (state != State.WANTED || connection.clock().nanoTime() - notBefore < 0) {
                return;
            }
            state = State.ASKED;
        }
        RTopic topic = client.getTopic(channel, StringCodec.INSTANCE);
        var unused = topic.addListenerAsync(String.class, (name, payload) -> onReleased.accept(payload))
                .whenComplete((messages, error) -> {
                    if (error != null) {
                        failed();
                    } else {
                        addStatusListener(topic, messages);
                    }
                });
    }

    private void addStatusListener(RTopic topic, Integer messages) {
        var unused = topic.addListenerAsync(new StatusListener() {
                    /** Fires after every reconnect. */
                    @Override
                    public void onSubscribe(String name) {
                        onGap.run();
                    }

                    @Override
                    public void onUnsubscribe(String name) {}
                })
                .whenComplete((status, error) -> {
                    if (error != null) {
                        remove(topic, messages);
                        failed();
                    } else {
                        held(new Ear(topic, messages, status));
                    }
                });
    }

    private void failed() {
        synchronized (lock) {
            if (state == State.ASKED) {
                notBefore = connection.clock().nanoTime() + PAUSE;
                state = State.WANTED;
            }
        }
    }

    private void held(Ear now) {
        synchronized (lock) {
            if (state == State.ASKED) {
                ear = now;
                state = State.HELD;
            }
        }
        if (state == State.HELD) {
            onGap.run();
        } else {
            // Closed meanwhile.
            remove(now.topic(), now.messages(), now.status());
        }
    }

    /** Ends the subscription of this store alone: others may listen on the same channel with the same client. */
    @Override
    public void close() {
        Ear open;
        synchronized (lock) {
            state = State.CLOSED;
            open = ear;
            ear = null;
        }
        beforeClose.remove();
        if (open != null) {
            remove(open.topic(), open.messages(), open.status());
        }
    }

    private void remove(RTopic topic, Integer... listeners) {
        if (!connection.isReady()) {
            // Our own client has been shut down, and its subscriptions with it.
            return;
        }
        try {
            var unused = topic.removeListenerAsync(listeners);
        } catch (RuntimeException e) {
            // A client of the application that it has shut down already: there is nothing left to end.
            return;
        }
    }
}
