package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.rules.HostClickHouseRules;
import io.github.pavelagarkov.kernel.tck.rules.HostConfigurationRules;
import io.github.pavelagarkov.kernel.tck.rules.HostGrpcRules;
import io.github.pavelagarkov.kernel.tck.rules.HostHealthRules;
import io.github.pavelagarkov.kernel.tck.rules.HostHttpRules;
import io.github.pavelagarkov.kernel.tck.rules.HostLifecycleRules;
import io.github.pavelagarkov.kernel.tck.rules.HostLogRules;
import io.github.pavelagarkov.kernel.tck.rules.HostPostgresRules;

/** Hosts that are broken: the plain one with a switch of {@link BrokenHostMain}, or with a setting forced upon it. */
final class BrokenHosts {
    private BrokenHosts() {}

    private static TckHost switched(BrokenHostMain.Switch broken) {
        return forcedOn(new PlainHost(BrokenHostMain.class), BrokenHostMain.SWITCH, broken.name());
    }

    private static TckHost switched(BrokenHttpHostMain.Switch broken) {
        return forcedOn(PlainHost.withHttp(BrokenHttpHostMain.class), BrokenHostMain.SWITCH, broken.name());
    }

    private static TckHost forced(String key, String value) {
        return forcedOn(new PlainHost(PlainHostMain.class), key, value);
    }

    private static TckHost forcedOn(TckHost host, String key, String value) {
        return settings -> host.start(settings.withProperty(key, value));
    }

    /** The same name for every process. */
    @Breaks(value = "TM-3", in = HostLifecycleRules.class, says = "identity")
    public static final class FixedIdentity extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.identity", "node");
        }
    }

    /** Hooks run on a shutdown hook of the JVM, without a deadline: System.exit inside them waits for ever. */
    @Breaks(value = "SD-8", in = HostLifecycleRules.class, says = "")
    public static final class HooksWithoutDeadline extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.HOOKS_WITHOUT_DEADLINE);
        }
    }

    /** A person at the terminal cannot insist. */
    @Breaks(value = "SD-9", in = HostLifecycleRules.class, says = "")
    public static final class DeafToTheSecondSignal extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.shutdown.second-signal", "ignore");
        }
    }

    /** Believes that its platform waits for ever. */
    @Breaks(value = "SD-11", in = HostLifecycleRules.class, says = "grace period")
    public static final class SilentAboutTheGracePeriod extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.shutdown.grace-period", "1h");
        }
    }

    /** A start that fails ends the process and leaves open what it had opened. */
    @Breaks(value = "EV-2", in = HostLifecycleRules.class, says = "hook early")
    public static final class FailedStartSkipsTheHooks extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.FAILED_START_HALTS);
        }
    }

    /** The environment overrides system properties. */
    @Breaks(value = "CF-1", in = HostConfigurationRules.class, says = "overrides the environment")
    public static final class EnvironmentFirst extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.ENVIRONMENT_FIRST);
        }
    }

    /** One restart per typo. */
    @Breaks(value = "CF-2", in = HostConfigurationRules.class, says = "the problem of the timeout")
    public static final class FirstProblemOnly extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.FIRST_PROBLEM_ONLY);
        }
    }

    /** A typo becomes a default. */
    @Breaks(value = "CF-3", in = HostConfigurationRules.class, says = "although the configuration is broken")
    public static final class IgnoresUnknownKeys extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.config.ignore-unknown", "true");
        }
    }

    /** Dumps its file. */
    @Breaks(value = "CF-4", in = HostConfigurationRules.class, says = "s3cr3t")
    public static final class SaysSecrets extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.SAYS_ITS_FILE);
        }
    }

    /** Always its own lease store. */
    @Breaks(value = "CF-5", in = HostConfigurationRules.class, says = "lease store is asked")
    public static final class OwnPartsOnly extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.OWN_PARTS_ONLY);
        }
    }

    /** Ready whatever happens. */
    @Breaks(value = "RB-9", in = HostHealthRules.class, says = "answers 503")
    public static final class AlwaysReady extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.ALWAYS_READY);
        }
    }

    /** Opens as many connections as anybody asks for; on a slow machine somebody may be refused all the same. */
    @Breaks(value = "PG-1", in = HostPostgresRules.class, says = "connection")
    public static final class MoreThanMaxSize extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.postgres.tck.max-size", "20");
        }
    }

    /** Believes in its first connection for ever. */
    @Breaks(value = "PG-3", in = HostPostgresRules.class, says = "after the server was back")
    public static final class StaleConnection extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.STALE_CONNECTION);
        }
    }

    /** Ends without a word about its pool. */
    @Breaks(value = "PG-4", in = HostPostgresRules.class, says = "connections that were cut")
    public static final class HaltsInTheStop extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.STOP_HALTS);
        }
    }

    /** Believes that new settings are right. */
    @Breaks(value = "CH-4", in = HostClickHouseRules.class, says = "reconnect with a wrong password fails")
    public static final class BlindReconnect extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.BLIND_RECONNECT);
        }
    }

    /** Tries again whatever it is. */
    @Breaks(value = "CH-5", in = HostClickHouseRules.class, says = "told that it failed")
    public static final class WritesTwice extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.WRITES_TWICE);
        }
    }

    /** Lends as many connections as anybody asks for. */
    @Breaks(value = "CH-6", in = HostClickHouseRules.class, says = "told so")
    public static final class LendsMoreThanMaxSize extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.clickhouse.tck.max-size", "20");
        }
    }

    /** Sends every id back as it came. */
    @Breaks(value = "HT-1", in = HostHttpRules.class, says = "the id in place of", alone = true)
    public static final class TrustsEveryId extends HttpHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHttpHostMain.Switch.TRUSTS_EVERY_ID);
        }
    }

    /** Nobody knows what was asked of it. */
    @Breaks(value = "HT-2", in = HostHttpRules.class, says = "lines with the id of", alone = true)
    public static final class SilentAboutRequests extends HttpHostProvider {
        @Override
        TckHost launcher() {
            return forcedOn(PlainHost.withHttp(HttpHostMain.class), "kernel.http.access-log", "never");
        }
    }

    /** Tells the client what was thrown. */
    @Breaks(value = "HT-3", in = HostHttpRules.class, says = "learns", alone = true)
    public static final class SaysWhatWasThrown extends HttpHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHttpHostMain.Switch.SAYS_WHAT_WAS_THROWN);
        }
    }

    /** Takes away from a thread what it had before. */
    @Breaks(value = "HT-4", in = HostHttpRules.class, says = "is what it was before", alone = true)
    public static final class ClearsTheContext extends HttpHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHttpHostMain.Switch.CLEARS_THE_CONTEXT);
        }
    }

    /** Shows its API to whoever asks. */
    @Breaks(value = "GR-1", in = HostGrpcRules.class, says = "UNIMPLEMENTED")
    public static final class AlwaysReflects extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.grpc.reflection", "true");
        }
    }

    /** Sends whatever it has. */
    @Breaks(value = "GR-3", in = HostGrpcRules.class, says = "of 1,001 bytes")
    public static final class SendsWhateverItHas extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("kernel.grpc.max-response-size", "1000000");
        }
    }

    /** Its encoder knows words only. */
    @Breaks(value = "LG-1", in = HostLogRules.class, says = "1492")
    public static final class WritesWordsOnly extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return forced("logback.configurationFile", "logback-words.xml");
        }
    }

    /** Cannot stop complaining. */
    @Breaks(value = "LG-4", in = HostLogRules.class, says = "no provider")
    public static final class SaysTwiceThatThereIsNoProvider extends PlainHostProvider {
        @Override
        TckHost launcher() {
            return switched(BrokenHostMain.Switch.SAYS_IT_TWICE);
        }
    }
}
