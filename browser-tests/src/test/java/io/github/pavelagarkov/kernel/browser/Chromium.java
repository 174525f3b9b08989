package io.github.pavelagarkov.kernel.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** Where Chromium and its driver are on this machine. */
record Chromium(Path browser, Path driver) {
    private static final String HOW =
            "no Chromium for this test: have Debian install chromium and chromium-driver, or Google install Chrome and"
                    + " chromedriver, or set KERNEL_TEST_CHROMIUM and KERNEL_TEST_CHROMEDRIVER to their paths";

    /** Aborts the test where there is none; fails it in continuous integration, so that a green build has run everything. */
    static Chromium find() {
        Optional<Path> browser = first(
                "KERNEL_TEST_CHROMIUM", "/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser");
        Optional<Path> driver = first(
                "KERNEL_TEST_CHROMEDRIVER",
                "/usr/bin/chromedriver",
                "/usr/local/share/chromedriver-linux64/chromedriver");
        if (browser.isPresent() && driver.isPresent()) {
            return new Chromium(browser.get(), driver.get());
        }
        if (Optional.ofNullable(System.getenv("CI")).orElse("").isEmpty()) {
            throw new TestAbortedException(HOW);
        }
        throw new AssertionError(HOW + "; CI is set, so the test fails and is not skipped");
    }

    private static Optional<Path> first(String variable, String... paths) {
        String given = Optional.ofNullable(System.getenv(variable)).orElse("");
        return given.isEmpty()
                ? List.of(paths).stream()
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst()
                : Optional.of(Path.of(given));
    }
}
