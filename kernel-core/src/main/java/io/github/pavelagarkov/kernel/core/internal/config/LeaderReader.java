package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ConfigKeys.DEFAULTS;

import io.github.pavelagarkov.kernel.core.KernelConfig.Leader;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code kernel.leader}: per election its own setting, else that of {@code defaults}, else what follows. */
final class LeaderReader {
    private static final List<ConfigKey<?>> TIMING = List.of(
            ConfigKeys.LEASE_MARGIN,
            ConfigKeys.LEASE_RENEW,
            ConfigKeys.LEASE_JITTER,
            ConfigKeys.LEASE_ATTEMPT,
            ConfigKeys.LEASE_PAUSE,
            ConfigKeys.LEASE_POLL_MAX,
            ConfigKeys.LEASE_FORCED_STOP);

    private final Settings settings;

    LeaderReader(Settings settings) {
        this.settings = settings;
    }

    Leader read() {
        ElectionSpec defaults = election(DEFAULTS, DEFAULTS);
        Map<String, ElectionSpec> elections = new TreeMap<>();
        for (String name : settings.read(ConfigKeys.LEADER_NAMES).orElse(List.of())) {
            elections.put(name, election(name, name, DEFAULTS));
        }
        return new Leader(settings.read(ConfigKeys.LEADER_STORE), defaults, elections);
    }

    private ElectionSpec election(String name, String... levels) {
        Blame blame = new Blame(settings);
        Optional<Duration> lease = blame.read(ConfigKeys.LEASE_LEASE, levels);
        Optional<Duration> margin = blame.read(ConfigKeys.LEASE_MARGIN, levels);
        Optional<Duration> renew = blame.read(ConfigKeys.LEASE_RENEW, levels);
        Optional<Double> jitter = blame.read(ConfigKeys.LEASE_JITTER, levels);
        Optional<Duration> attempt = blame.read(ConfigKeys.LEASE_ATTEMPT, levels);
        Optional<Duration> pause = blame.read(ConfigKeys.LEASE_PAUSE, levels);
        Optional<Duration> pollMax = blame.read(ConfigKeys.LEASE_POLL_MAX, levels);
        Optional<Duration> forcedStop = blame.read(ConfigKeys.LEASE_FORCED_STOP, levels);
        Optional<Duration> stopTimeout = blame.read(ConfigKeys.ELECTION_STOP_TIMEOUT, levels);
        Optional<Duration> backOff = blame.read(ConfigKeys.ELECTION_BACK_OFF, levels);
        Optional<Duration> backOffMax = blame.read(ConfigKeys.ELECTION_BACK_OFF_MAX, levels);
        var onOverrun = blame.read(ConfigKeys.ELECTION_ON_OVERRUN, levels);
        ElectionSpec.Builder defaulted = ElectionSpec.builder(name);
        // Right by itself: whoever looks for what does not fit must see it, also if other settings are wrong.
        onOverrun.ifPresent(defaulted::onOverrun);
        ElectionSpec fallback = defaulted.build();

        ElectionSpec spec = blame.build(
                () -> {
                    boolean complete =
                            TIMING.stream().allMatch(key -> blame.given(key).isPresent());
                    // Proportions need a lease of 500 ms or more; whoever sets everything may go below.
                    LeaseTiming base = complete
                            ? LeaseTiming.defaults()
                            : lease.map(LeaseTiming::ofLease).orElse(LeaseTiming.defaults());
                    LeaseTiming timing = new LeaseTiming(
                            lease.orElse(base.lease()),
                            margin.orElse(base.margin()),
                            renew.orElse(base.renew()),
                            jitter.orElse(base.jitter()),
                            attempt.orElse(base.attempt()),
                            pause.orElse(base.pause()),
                            pollMax.orElse(base.pollMax()),
                            forcedStop.orElse(base.forcedStop()));
                    return new ElectionSpec(
                            name,
                            timing,
                            stopTimeout.orElse(fallback.stopTimeout()),
                            backOff.orElse(fallback.backOff()),
                            backOffMax.orElse(longer(fallback.backOffMax(), backOff)),
                            onOverrun.orElse(fallback.onOverrun()));
                },
                fallback);
        note(name, spec, blame);
        return spec;
    }

    private static Duration longer(Duration fallback, Optional<Duration> atLeast) {
        return atLeast.filter(least -> least.compareTo(fallback) > 0).orElse(fallback);
    }

    private void note(String name, ElectionSpec spec, Blame blame) {
        LeaseTiming timing = spec.timing();
        String unset = blame.given(ConfigKeys.LEASE_LEASE).isPresent() ? "derived" : Settings.DEFAULT;
        note(ConfigKeys.LEASE_LEASE, name, Durations.text(timing.lease()), unset, blame);
        note(ConfigKeys.LEASE_MARGIN, name, Durations.text(timing.margin()), unset, blame);
        note(ConfigKeys.LEASE_RENEW, name, Durations.text(timing.renew()), unset, blame);
        note(ConfigKeys.LEASE_JITTER, name, Double.toString(timing.jitter()), unset, blame);
        note(ConfigKeys.LEASE_ATTEMPT, name, Durations.text(timing.attempt()), unset, blame);
        note(ConfigKeys.LEASE_PAUSE, name, Durations.text(timing.pause()), unset, blame);
        note(ConfigKeys.LEASE_POLL_MAX, name, Durations.text(timing.pollMax()), unset, blame);
        note(ConfigKeys.LEASE_FORCED_STOP, name, Durations.text(timing.forcedStop()), unset, blame);
        String fixed = Settings.DEFAULT;
        note(ConfigKeys.ELECTION_STOP_TIMEOUT, name, Durations.text(spec.stopTimeout()), fixed, blame);
        note(ConfigKeys.ELECTION_BACK_OFF, name, Durations.text(spec.backOff()), fixed, blame);
        note(ConfigKeys.ELECTION_BACK_OFF_MAX, name, Durations.text(spec.backOffMax()), fixed, blame);
        note(ConfigKeys.ELECTION_ON_OVERRUN, name, ValueType.word(spec.onOverrun()), fixed, blame);
    }

    private void note(ConfigKey<?> key, String name, String value, String unset, Blame blame) {
        String source = blame.given(key).map(given -> given.key()).orElse(unset);
        settings.note(new Setting(key.at(name), value, source));
    }
}
