package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Parts of lines that take more than a value. */
final class LogTexts {
    private LogTexts() {}

    static String outcomes(ShutdownReport report) {
        List<String> parts = new ArrayList<>();
        for (HookOutcome outcome : HookOutcome.values()) {
            List<String> names = report.hooks().stream()
                    .filter(hook -> hook.outcome() == outcome)
                    .map(HookResult::name)
                    .toList();
            boolean fine = outcome == HookOutcome.OK || outcome == HookOutcome.LATE_OK;
            if (outcome == HookOutcome.OK) {
                parts.add(names.size() + " hooks OK");
            } else if (!names.isEmpty()) {
                parts.add(names.size() + " " + outcome + (fine ? "" : " " + names));
            }
        }
        return String.join(", ", parts);
    }

    static String message(Throwable error) {
        String text = error.getMessage();
        return error.getClass().getSimpleName() + (text == null ? "" : ": " + Check.printable(text));
    }

    static String frames(List<String> frames) {
        return frames.isEmpty()
                ? " (not visible)"
                : frames.stream().map(frame -> "\n    at " + frame).collect(Collectors.joining());
    }
}
