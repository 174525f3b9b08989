package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happened, for people. */
final class TimelineText {
    private static final int SHOWN = 60;

    private TimelineText() {}

    private record Line(Instant at, boolean atOnce, long as, String text) implements Comparable<Line> {
        @Override
        public int compareTo(Line other) {
            int byTime = at.compareTo(other.at);
            if (byTime != 0) {
                return byTime;
            }
            return atOnce == other.atOnce ? Long.compare(as, other.as) : atOnce ? -1 : 1;
        }
    }

    static List<String> lines(KernelTimeline timeline) {
        List<Line> lines = new ArrayList<>();
        for (RecordedRun run : timeline.runs()) {
            lines.add(new Line(run.began(), true, run.beganAs(), run.job() + " began"));
            run.ended().ifPresent(ended -> lines.add(new Line(ended, true, run.endedAs(), run.job() + end(run))));
        }
        for (KernelTimeline.Told each : timeline.told()) {
            text(timeline, each.event())
                    .ifPresent(text -> lines.add(new Line(each.at(), each.atOnce(), each.as(), text)));
        }
        return lines.stream()
                .sorted()
                .map(line -> timeline.times().text(line.at()) + " " + line.text())
                .toList();
    }

    private static String end(RecordedRun run) {
        return " ended"
                + run.result()
                        .map(result -> " " + result.outcome()
                                + result.error().map(error -> ": " + error).orElse(""))
                        .orElse("");
    }

    private static Optional<String> text(KernelTimeline timeline, KernelEvent event) {
        if (event instanceof JobEvent.Finished) {
            return timeline.leftOut(event).map(result -> result.job() + " left out: " + result.outcome());
        }
        return Optional.of(text(event));
    }

    private static String text(KernelEvent event) {
        if (event instanceof LeaderEvent.Acquired won) {
            return won.term().election() + " won, token " + won.term().fencingToken();
        }
        if (event instanceof LeaderEvent.Lost lost) {
            return lost.term().election() + " lost: " + lost.reason();
        }
        if (event instanceof LeaderEvent.Trouble trouble) {
            return trouble.election() + " in trouble: " + trouble.cause();
        }
        if (event instanceof LeaderEvent.CallbackFailed failed) {
            return failed.term().election() + ": " + failed.callback() + " failed: " + failed.error();
        }
        if (event instanceof JobEvent.Missed missed) {
            return missed.job() + " missed " + missed.count();
        }
        if (event instanceof JobEvent.Stuck stuck) {
            return stuck.job() + " stuck for " + stuck.running();
        }
        if (event instanceof KernelEvent.ReadinessChanged changed) {
            return changed.current().ready()
                    ? "ready"
                    : "not ready: " + changed.current().reason();
        }
        return event.getClass().getSimpleName();
    }

    /** {@return lines below one another, the last ones if there are many} */
    static String block(List<String> lines) {
        int before = Math.max(0, lines.size() - SHOWN);
        Stream<String> first = before == 0 ? Stream.empty() : Stream.of("… " + before + " more before");
        return Stream.concat(first, lines.stream().skip(before))
                .map(line -> "  " + line)
                .collect(Collectors.joining("\n"));
    }
}
