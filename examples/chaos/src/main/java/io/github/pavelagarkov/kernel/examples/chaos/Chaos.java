package io.github.pavelagarkov.kernel.examples.chaos;

import java.io.IOException;
import java.io.PrintStream;

/**
 * Lets replicas compete for one leadership under random faults, and judges what happened.
 *
 * <p>Exit code 0 if nothing happened that must not, 1 otherwise, 2 if it was asked for something it cannot do. The settings are
 * those of {@link ChaosSettings}, given as {@code -Dchaos.…}.
 */
final class Chaos {
    private Chaos() {}

    public static void main(String[] args) throws Exception {
        ChaosSettings settings;
        try {
            settings = ChaosSettings.read(System::getProperty);
            var unused = ChaosStore.Kind.of(settings.store());
        } catch (IllegalArgumentException | ArithmeticException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(settings, System.out).violations().isEmpty() ? 0 : 1);
    }

    static Verdict run(ChaosSettings settings, PrintStream out) throws IOException, InterruptedException {
        ChaosStore.Kind kind = ChaosStore.Kind.of(settings.store());
        out.println("kernel chaos: " + settings.replicas() + " replicas, store " + settings.store() + ", lease "
                + settings.lease().toMillis() + " ms, " + settings.faults() + " faults or "
                + settings.time().toSeconds() + " s, seed " + settings.seed());
        try (FencedResource resource = FencedResource.open();
                ChaosStore store = kind.start();
                Director director = new Director(settings, kind, store, resource, out)) {
            director.play();
            Report report = new Report(settings, director.chronicle(), director.output(), resource.writes());
            report.print(out);
            report.write(out);
            return report.verdict();
        }
    }
}
