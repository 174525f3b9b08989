package io.github.pavelagarkov.kernel.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.Kernel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;

/** What holds for the page on every host. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DashboardPageTest {
    private static final String MALICE = "<img src=x onerror=\"document.title='broken in'\"> & \"quotes\"";

    private final Shop shop = new Shop();
    private Browser browser;

    /** {@return the kernel of the host, started} */
    abstract Kernel start(Shop shop) throws Exception;

    /** {@return where its page is} */
    abstract String url();

    abstract String host();

    /** Does what has to be done before the page can be seen. */
    void login(Browser browser) {}

    /** Stops it before the eyes of a browser. */
    abstract void stop(Browser browser) throws Exception;

    @BeforeAll
    void begin() throws Exception {
        browser = Browser.start();
        shop.start();
        browser.await("the peer to lead", () -> shop.peer().election("reports").isLeader());
        Kernel kernel = start(shop);
        // Hands over once or twice, so that there is a history to look at.
        login(browser);
        browser.looks(1280, 900, "light").open(url());
        var unused = shop.peer().election("billing").stepDown(java.time.Duration.ofSeconds(2));
        browser.await("the shop to lead", () -> kernel.election("billing").isLeader());
    }

    @AfterAll
    void end() throws Exception {
        try {
            shown(1280, "light");
            stop(browser);
            browser.await("word of the loss", () -> browser.text("#lost").startsWith("The process does not answer."));
            assertThat(browser.violations()).isEmpty();
        } finally {
            shop.close();
            if (browser != null) {
                browser.close();
            }
        }
    }

    private Browser shown(int width, String scheme) {
        return browser.looks(width, 900, scheme)
                .open(url())
                .await("a status", () -> !browser.text("#verdict").equals("Looking"));
    }

    @Test
    void showsTheProcessAndWhatItDoes() {
        shown(1280, "light")
                .await("the lease", () -> browser.text("#elections").contains("★ leads"))
                .await("who leads the other", () -> browser.text("#calm").contains("shop-7d9f8c-b8m2w leads"))
                .await("runs", () -> browser.text("#jobs").contains("success"))
                .await("the backend", () -> browser.text("#pools").contains("silent"));

        assertThat(browser.text("#app")).isEqualTo("shop");
        assertThat(browser.text("#who")).contains("shop-7d9f8c-x2k4q", host());
        assertThat(browser.text("#verdict")).startsWith("Ready");
        assertThat(browser.text("#jobs"))
                .contains("every 300ms", "at 23:30", "on the leader of billing", "switched off", "java.io.IOException");
        assertThat(browser.text("#stop")).contains("order-intake", "elections", "search-index");
        assertThat(browser.text("#settings")).contains("kernel.postgres.password", "***");
        assertThat(browser.run("return document.querySelector('.wrap').innerText")
                        .toString())
                .doesNotContain("canary-7f3a", "undefined", "NaN", "[object");
    }

    @Test
    void breaksNoPolicyAndAsksNobodyElse() {
        browser.complaints();
        browser.requests();
        shown(1280, "light").await("a second look", () -> browser.text("#age").contains("updated"));

        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(address -> address.startsWith("data:")
                        || URI.create(address)
                                .getAuthority()
                                .equals(URI.create(url()).getAuthority()));
    }

    @Test
    void fitsEveryWindowInLightAndDarkAndEverybodyCanUseIt() {
        for (String scheme : List.of("light", "dark")) {
            for (int width : new int[] {1280, 390}) {
                shown(width, scheme)
                        .await("the backend", () -> browser.text("#pools").contains("silent"));
                browser.run("document.querySelectorAll('details').forEach(e => { e.open = true; })");
                assertThat(browser.violations())
                        .as("%s at %s px", scheme, width)
                        .isEmpty();
                browser.run("document.querySelectorAll('details').forEach(e => { e.open = false; })");
                assertThat(browser.run("return document.documentElement.scrollWidth"))
                        .as("width of the page in a window of %s px", width)
                        .isEqualTo((long) width);
                Path picture = browser.picture(pictureName(scheme, width));
                assertThat(picture)
                        .satisfies(file -> assertThat(Files.size(file)).isGreaterThan(20_000));
            }
        }
    }

    /** axe-core looks for the name of what has the role of a picture, and misses a drawing that has lost the role. */
    @Test
    void saysInWordsWhatItDraws() {
        shown(1280, "light").await("runs", () -> browser.text("#jobs").contains("Last runs"));

        assertThat(browser.pictures())
                .isNotEmpty()
                .allMatch(said -> said.matches("(img|image): \\S.*"))
                .anyMatch(said -> said.contains(": Terms since "))
                .anyMatch(said -> said.contains(": Durations of the last "))
                .anyMatch(said -> said.contains("; the platform gives "));
    }

    String pictureName(String scheme, int width) {
        return getClass()
                        .getSimpleName()
                        .replaceAll("(Test|IT)$", "")
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                        .toLowerCase(java.util.Locale.ROOT)
                + "-" + scheme + "-" + width;
    }

    @Test
    void canBeUsedWithTheKeyboardAlone() {
        shown(1280, "light").await("runs", () -> browser.text("#jobs").contains("Last runs"));

        browser.element("body").sendKeys(Keys.TAB);
        assertThat(browser.focused().getText()).isEqualTo("Pause updates");
        browser.focused().sendKeys(Keys.ENTER);
        assertThat(browser.focused().getText()).isEqualTo("Resume updates");
        assertThat(browser.focused().getAttribute("aria-pressed")).isEqualTo("true");
        browser.await("the pause", () -> browser.text("#age").startsWith("paused at"));
        browser.focused().sendKeys(Keys.SPACE);
        assertThat(browser.focused().getText()).isEqualTo("Pause updates");

        browser.focused().sendKeys(Keys.TAB);
        assertThat(browser.focused().getTagName()).isEqualTo("summary");
        // One of those that are drawn from what the process says.
        browser.run("document.querySelector('#jobs summary').focus()");
        browser.focused().sendKeys(Keys.ENTER);
        Object before = browser.run("return last.at");
        browser.await("two more looks", () -> !browser.run("return last.at").equals(before));
        assertThat(browser.focused().getTagName()).as("focus after an update").isEqualTo("summary");
        assertThat(browser.run("return document.querySelectorAll('#jobs > li').length"))
                .as("jobs, none of them twice")
                .isEqualTo(7L);
        assertThat(browser.run("return document.activeElement.parentElement.open"))
                .as("what was opened, after an update")
                .isEqualTo(true);
    }

    @Test
    void tellsAScreenReaderOnlyWhatHasChanged() {
        shown(1280, "light");
        browser.run(
                "window.spoken = []; new MutationObserver(all => all.forEach(m => window.spoken.push(m.target.textContent)))"
                        + ".observe(document.querySelector('[aria-live]'), {childList: true, characterData: true, subtree: true})");
        Object before = browser.run("return last.at");
        browser.await("another look", () -> !browser.run("return last.at").equals(before));

        assertThat(browser.run("return window.spoken.length")).isEqualTo(0L);
        kernel().readiness().component("cache").notReady("is cold");
        browser.await("the change", () -> browser.text("#verdict").equals("Not ready"));

        assertThat(browser.run("return window.spoken.length")).isEqualTo(1L);
        assertThat(kernel().readiness().remove("cache")).isTrue();
    }

    abstract Kernel kernel();

    @Test
    void takesNothingThatComesFromTheProcessForHtml() {
        kernel().readiness().component("cache").notReady(MALICE);
        shown(1280, "light").await("the reason", () -> browser.text("#sub").contains("<img src=x"));

        assertThat(browser.run("return document.querySelectorAll('main img').length"))
                .isEqualTo(0L);
        assertThat(browser.run("return document.title")).isEqualTo("Not ready – shop");
        assertThat(browser.complaints()).isEmpty();
        browser.looks(390, 900, "light").picture(pictureName("not-ready", 390));
        assertThat(kernel().readiness().remove("cache")).isTrue();
    }
}
