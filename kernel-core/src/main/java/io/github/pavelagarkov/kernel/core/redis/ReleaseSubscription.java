package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.codec.StringCodec;

/**
 * One store's ear on the channel of releases. Redisson subscribes again after a lost connection, but not if Redis refused or
 * did not answer the first time: that is done here, on the occasion of a later call that Redis answers. Thread-safe.
 */
final class ReleaseSubscription implements AutoCloseable {
    private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
    /** Redisson writes an error line for each refusal, so a user without the right is not asked for it for ever. */
    private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();
    /** One may be the end of a Redis that answered just before; that is told by the calls themselves. */
    private static final int FAILURES_TO_TELL = 2;

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
    private final Consumer<KernelException> onTrouble;
    private final Registration beforeClose;
    private final Object lock = new Object();
    /** INVARIANT: written under lock, as is all that is below. */
    private volatile State state = State.WANTED;

    private volatile Optional<KernelException> trouble = Optional.empty();
    private @Nullable Ear ear;
    private long notBefore;
    private long pause = FIRST_PAUSE;
    private int failures;

    /**
     * Creates it without subscribing.
     *
     * @param connection to Redis
     * @param channel where releases are published
     * @param onReleased takes what was published
     * @param onGap told after every subscription: what was published before it has been lost
     * @param onTrouble told once if Redis answers calls and no subscription
     */
    ReleaseSubscription(
            RedisConnection connection,
            String channel,
            Consumer<String> onReleased,
            Runnable onGap,
            Consumer<KernelException> onTrouble) {
        this.connection = connection;
        this.channel = channel;
        this.onReleased = onReleased;
        this.onGap = onGap;
        this.onTrouble = onTrouble;
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
                        failed(error);
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
                        failed(error);
                    } else {
                        held(new Ear(topic, messages, status));
                    }
                });
    }

    private void failed(Throwable error) {
        KernelException told;
        synchronized (lock) {
            if (state != State.ASKED) {
                return;
            }
            state = State.WANTED;
            notBefore = connection.clock().nanoTime() + pause;
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            failures++;
            if (failures != FAILURES_TO_TELL) {
                return;
            }
            // Redisson hides a refusal behind a timeout; that calls are answered is what makes it one.
            told = new BackendUnavailableException(refused("SUBSCRIBE", channel, connection.address()), error);
            trouble = Optional.of(told);
        }
        onTrouble.accept(told);
    }

    private void held(Ear now) {
        synchronized (lock) {
            if (state == State.ASKED) {
                ear = now;
                state = State.HELD;
                trouble = Optional.empty();
                failures = 0;
                pause = FIRST_PAUSE;
            }
        }
        if (state == State.HELD) {
            onGap.run();
        } else {
            // Closed meanwhile.
            remove(now.topic(), now.messages(), now.status());
        }
    }

    /** {@return what to say; the address comes last, for a line of the log is cut} */
    static String refused(String command, String channel, String address) {
        return command + " " + channel + " is refused, see the ACL of the user: " + address + " answers other calls";
    }

    /** {@return why nothing is heard; empty unless Redis answers calls and no subscription} */
    Optional<KernelException> trouble() {
        return trouble;
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
