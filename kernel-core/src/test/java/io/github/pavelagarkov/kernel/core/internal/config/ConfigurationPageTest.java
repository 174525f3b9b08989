package io.github.pavelagarkov.kernel.core.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "..", "docs", "configuration.md");

    @Test
    void pageIsWhatTheTableOfSettingsSays() throws IOException {
        if (Boolean.getBoolean("kernel.docs.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, ConfigurationPage.text());
        }

        assertThat(PAGE)
                .as("docs/configuration.md; regenerate it with -Dkernel.docs.write=true, as its head says")
                .exists()
                .hasContent(ConfigurationPage.text());
    }

    @Test
    void everyKeyOfTheClassIsInTheTable() {
        long keys = Stream.of(
                        ConfigKeys.class,
                        PoolKeys.class,
                        ClickHouseKeys.class,
                        HttpKeys.class,
                        GrpcKeys.class,
                        DashboardKeys.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigKey.class)
                .count();

        List<String> patterns =
                ConfigKeys.all().stream().map(ConfigKey::pattern).toList();

        assertThat(patterns).hasSize((int) keys).doesNotHaveDuplicates();
        assertThat(keys).isGreaterThanOrEqualTo(54);
    }

    @Test
    void keysAreKebabCaseBelowAnArea() {
        assertThat(ConfigKeys.all()).allSatisfy(key -> {
            assertThat(key.pattern()).matches("kernel(\\.[a-z][a-z-]*|\\.<name>){1,3}");
            assertThat(key.doc()).endsWith(".");
        });
    }

    @Test
    void noTwoKeysShareAVariableWhateverTheNames() {
        // kernel.leader.<a>.<x> and kernel.leader.<b>.<y> share one if "<a>-<x>" equals "<b>-<y>": x is the end of y.
        List<ConfigKey<?>> named =
                ConfigKeys.all().stream().filter(ConfigKey::isNamed).toList();

        for (ConfigKey<?> one : named) {
            assertThat(named)
                    .filteredOn(other -> other.namesKey().equals(one.namesKey()))
                    .noneMatch(other -> other.field().endsWith("-" + one.field()));
        }
        assertThat(ConfigurationPage.text()).contains(ConfigurationPage.variableOfTheExample());
    }

    @Test
    void editDistanceCountsASwapOnce() {
        assertThat(EditDistance.between("lease", "lease")).isZero();
        assertThat(EditDistance.between("laese", "lease")).isEqualTo(1);
        assertThat(EditDistance.between("", "abc")).isEqualTo(3);
        assertThat(EditDistance.between("marign", "margin")).isEqualTo(1);
        assertThat(EditDistance.between("renew", "review")).isEqualTo(2);
    }
}
