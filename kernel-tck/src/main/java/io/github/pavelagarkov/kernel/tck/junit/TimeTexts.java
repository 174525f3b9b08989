package io.github.pavelagarkov.kernel.tck.junit;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

/** Times as a test writes and reads them: {@code 10:05} on the first day, {@code 2026-01-02T10:05} on any other. */
record TimeTexts(ZonedDateTime begin) {
    Instant instant(String text) {
        try {
            LocalDateTime time = text.contains("T")
                    ? LocalDateTime.parse(text)
                    : begin.toLocalDate().atTime(LocalTime.parse(text));
            return time.atZone(begin.getZone()).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("time must be like 10:05 or 2026-01-02T10:05, was '" + text + "'", e);
        }
    }

    String text(Instant instant) {
        LocalDateTime time = instant.atZone(begin.getZone()).toLocalDateTime();
        return time.toLocalDate().equals(begin.toLocalDate())
                ? time.toLocalTime().toString()
                : time.toString();
    }
}
