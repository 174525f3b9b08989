package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over the System.Logger of the JDK, which writes to java.util.logging. */
class SystemLoggerTest {
    private static final String NAME = SystemLoggerTest.class.getName();

    // Kept, or java.util.logging would forget it.
    private final Logger target = Logger.getLogger(NAME);
    private final List<LogRecord> records = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord said) {
            records.add(said);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final SystemLogger logger = new SystemLogger(NAME, System.getLogger(NAME));

    @BeforeEach
    void listen() {
        target.setUseParentHandlers(false);
        target.setLevel(Level.ALL);
        target.addHandler(handler);
    }

    @AfterEach
    void leave() {
        target.removeHandler(handler);
    }

    @Test
    void everyLevelHasItsCounterpart() {
        logger.trace("t");
        logger.debug("d");
        logger.info("i");
        logger.warn("w");
        logger.error("e");

        assertThat(records)
                .extracting(LogRecord::getLevel)
                .containsExactly(Level.FINER, Level.FINE, Level.INFO, Level.WARNING, Level.SEVERE);
    }

    @Test
    void whatIsOffIsNotWritten() {
        target.setLevel(Level.WARNING);

        logger.info("not written");
        logger.atInfo().addKeyValue("a", "b").log("nor this");
        logger.atWarn().log("this is");

        assertThat(logger.isInfoEnabled()).isFalse();
        assertThat(records).extracting(LogRecord::getMessage).containsExactly("this is");
    }

    @Test
    void keyValuesStandBehindTheWordsAndBracesAreText() {
        logger.atInfo().addKeyValue("path", "/{}/{0}").addKeyValue("bytes", 7).log("GET {}", "{x}");

        assertThat(records)
                .extracting(new SimpleFormatter()::formatMessage)
                .containsExactly("GET {x} [path=/{}/{0}, bytes=7]");
    }

    @Test
    void anErrorGoesAlong() {
        IllegalStateException gone = new IllegalStateException("gone");

        logger.warn("by {}", "argument", gone);
        logger.atError().setCause(gone).log("by cause");

        assertThat(records).extracting(LogRecord::getThrown).containsExactly(gone, gone);
        assertThat(records).extracting(LogRecord::getMessage).containsExactly("by argument", "by cause");
    }
}
