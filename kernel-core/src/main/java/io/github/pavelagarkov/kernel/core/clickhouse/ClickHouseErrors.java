package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about a failed ClickHouse call, by a table of the server's errors and by how the network fails.
 *
 * <pre>{@code
 * Verdict verdict = ClickHouseErrors.standard().judge(failure);
 * if (verdict.needWait()) { … verdict.delay() … }
 * }</pre>
 *
 * <p>The code is looked for in the failure, its causes and next exceptions, then in what was suppressed: as vendor code, else in
 * the message. A failure without one is judged by its innermost exception. A code that is not in the table is given up.
 *
 * <p>It keeps no count: whoever tries again bounds how often. Only for a used-up quota it looks at the clock, since the server
 * says when that ends. Immutable, thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md CH-1 to CH-3</a>
 */
public final class ClickHouseErrors implements ClickHouseErrorPolicy {
    private static final int QUOTA_EXCEEDED = 201;
    /** Old drivers have it as vendor code for whatever the server says. */
    private static final int UNKNOWN_EXCEPTION = 1002;

    private static final Pattern ATTEMPT = Pattern.compile("\\(attempt: ([2-9]|\\d{2,9}),");

    private final Map<Integer, List<ErrorReaction>> reactions;
    /** By code, ready to be handed out; null for those that the message decides, and those without a name. */
    private final @Nullable Verdict[] ready;

    private final boolean readsQuotas;
    private final ZoneId serverZone;
    private final KernelClock clock;

    private ClickHouseErrors(Builder builder) {
        this.reactions = builder.reactions();
        this.readsQuotas = !builder.overridden.contains(QUOTA_EXCEEDED);
        this.serverZone = builder.serverZone;
        this.clock = builder.clock;
        this.ready = ready();
    }

    private @Nullable Verdict[] ready() {
        List<Integer> codes = new ArrayList<>();
        ErrorTable.STANDARD.codes().forEach(codes::add);
        @Nullable Verdict[] verdicts = new Verdict[codes.get(codes.size() - 1) + 1];
        for (int code : codes) {
            List<ErrorReaction> rows = reactions.getOrDefault(code, List.of());
            boolean decided = rows.isEmpty() || rows.get(0).says().isEmpty();
            if (decided && !(code == QUOTA_EXCEEDED && readsQuotas)) {
                verdicts[code] = rows.isEmpty() ? givenUp(code) : rows.get(0).verdict();
            }
        }
        return verdicts;
    }

    private static Verdict givenUp(int code) {
        String name = ErrorTable.STANDARD.name(code);
        return new Verdict(
                Action.GIVE_UP,
                Duration.ZERO,
                Duration.ZERO,
                OptionalInt.of(code),
                name,
                true,
                Applied.UNKNOWN,
                name.isEmpty()
                        ? "the server has an error that this table does not know"
                        : "nothing is known of this error that trying again would change");
    }

    /** {@return the policy as it comes} */
    public static ClickHouseErrors standard() {
        return builder().build();
    }

    /** {@return describes a policy that differs} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return all rows of the table that are in force, by code; of several with one code the first that counts does} */
    public List<ErrorReaction> reactions() {
        return reactions.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public Verdict judge(Throwable failure) {
        try {
            // What the driver throws for most errors of the server: no need to look further, nor to allocate anything.
            Verdict plain = ready(FailureParts.vendorCode(failure));
            return plain != null ? plain : decide(new FailureParts(failure));
        } catch (RuntimeException | Error e) {
            // Whatever somebody else's exception does, or whatever this JVM has run out of: a catch block gets its
            // answer.
            return NetworkTrouble.UNREADABLE.verdict();
        }
    }

    private @Nullable Verdict ready(int code) {
        return code > 0 && code < ready.length && code != UNKNOWN_EXCEPTION ? ready[code] : null;
    }

    private Verdict decide(FailureParts parts) {
        int code = code(parts.main());
        if (code > 0) {
            return byCode(code, parts);
        }
        Optional<NetworkTrouble> trouble = parts.innermostFirst().stream()
                .map(NetworkTrouble::of)
                .flatMap(Optional::stream)
                .findFirst();
        if (trouble.isPresent()) {
            boolean again = parts.says(text -> ATTEMPT.matcher(text).find());
            return again
                    ? trouble.get().verdictAfterSeveralAttempts()
                    : trouble.get().verdict();
        }
        int suppressed = code(parts.beside());
        return suppressed > 0 ? byCode(suppressed, parts) : NetworkTrouble.NONE.verdict();
    }

    private static int code(List<Throwable> failures) {
        return failures.stream()
                .mapToInt(ClickHouseErrors::code)
                .filter(code -> code > 0)
                .findFirst()
                .orElse(0);
    }

    private static int code(Throwable failure) {
        int vendor = FailureParts.vendorCode(failure);
        if (vendor > 0 && vendor != UNKNOWN_EXCEPTION) {
            return vendor;
        }
        int said = ServerText.code(FailureParts.message(failure));
        return said > 0 ? said : vendor;
    }

    private Verdict byCode(int code, FailureParts parts) {
        List<ErrorReaction> rows = reactions.getOrDefault(code, List.of());
        Verdict verdict = rows.stream()
                .filter(row -> row.says().isEmpty() || parts.says(text -> text.contains(row.says())))
                .findFirst()
                .map(ErrorReaction::verdict)
                .orElseGet(() -> givenUp(code));
        return code == QUOTA_EXCEEDED && readsQuotas ? untilTheQuotaIsBack(verdict, parts) : verdict;
    }

    private Verdict untilTheQuotaIsBack(Verdict verdict, FailureParts parts) {
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        return parts.main().stream()
                .map(FailureParts::message)
                .map(text -> QuotaInterval.left(text, now, serverZone))
                .flatMap(Optional::stream)
                .findFirst()
                .map(left -> new Verdict(
                        verdict.action(),
                        left,
                        left.compareTo(verdict.cap()) > 0 ? left : verdict.cap(),
                        verdict.code(),
                        verdict.codeName(),
                        verdict.fromServer(),
                        verdict.applied(),
                        verdict.reason()))
                .orElse(verdict);
    }

    /** Describes a policy. Not thread-safe. */
    public static final class Builder {
        /** What one replica may have and another not. */
        private static final Set<Integer> OF_ONE_REPLICA = Set.of(225, 242, 244, 999);

        private static final Set<Integer> SCHEMA = Set.of(60, 81);
        private static final Duration SCHEMA_DELAY = Duration.ofSeconds(1);
        private static final Duration SCHEMA_CAP = Duration.ofSeconds(10);

        private final Map<Integer, List<ErrorReaction>> overrides = new TreeMap<>();
        private final Set<Integer> overridden = new HashSet<>();
        private boolean balanced;
        private boolean schemaMayBeMissing;
        private ZoneId serverZone = ZoneOffset.UTC;
        private KernelClock clock = KernelClock.system();

        private Builder() {}

        /**
         * Puts a row in place of all rows that the table has for its code. Rows with the same code that are put here count in
         * their order; a code of which none counts is given up.
         *
         * @param reaction what to do
         * @return this builder
         */
        public Builder reaction(ErrorReaction reaction) {
            Check.notNull("reaction", reaction);
            overrides
                    .computeIfAbsent(reaction.code(), code -> new ArrayList<>())
                    .add(reaction);
            overridden.add(reaction.code());
            return this;
        }

        /**
         * Says that a new connection may reach another replica: what only this one has, such as a table that is read-only now, is
         * then answered by new connections and not by waiting.
         *
         * @return this builder
         */
        public Builder replicasBehindBalancer() {
            balanced = true;
            return this;
        }

        /**
         * Says that a new connection may reach a node with a table or database that this one lacks. Without it UNKNOWN_TABLE and
         * UNKNOWN_DATABASE are given up, since a misspelt name would otherwise reconnect for ever; with it, whoever tries again
         * must bound how often, best by the number of nodes.
         *
         * @return this builder
         */
        public Builder schemaMayBeMissing() {
            schemaMayBeMissing = true;
            return this;
        }

        /**
         * Sets the time zone of the server, in which it says when a quota ends.
         *
         * @param zone as {@code SELECT timezone()} says; UTC if it is not set
         * @return this builder
         */
        public Builder serverZone(ZoneId zone) {
            serverZone = Check.notNull("time zone of the server", zone);
            return this;
        }

        /**
         * Sets the clock that says how long a quota is still used up.
         *
         * @param other a clock
         * @return this builder
         */
        public Builder clock(KernelClock other) {
            clock = Check.notNull("clock of the error policy", other);
            return this;
        }

        /** {@return the policy} */
        public ClickHouseErrors build() {
            return new ClickHouseErrors(this);
        }

        private Map<Integer, List<ErrorReaction>> reactions() {
            Map<Integer, List<ErrorReaction>> rows = ErrorTable.STANDARD.reactions();
            if (balanced) {
                OF_ONE_REPLICA.forEach(code -> rows.computeIfPresent(code, (of, old) -> reconnecting(old)));
            }
            if (schemaMayBeMissing) {
                SCHEMA.forEach(code -> rows.computeIfPresent(code, (of, old) -> missing(old)));
            }
            overrides.forEach((code, own) -> rows.put(code, List.copyOf(own)));
            return rows;
        }

        private static List<ErrorReaction> reconnecting(List<ErrorReaction> rows) {
            return rows.stream()
                    .map(row -> row.with(Action.RECONNECT, row.delay(), row.cap(), row.reason()))
                    .toList();
        }

        private static List<ErrorReaction> missing(List<ErrorReaction> rows) {
            return rows.stream()
                    .map(row -> row.with(
                            Action.RECONNECT,
                            SCHEMA_DELAY,
                            SCHEMA_CAP,
                            "this node lacks the table or database; another may have it"))
                    .toList();
        }
    }
}
