package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import java.util.Optional;

/** A setting that is right by itself and does not fit what is around it: a host, a class path, the code. */
public final class UnfitSetting {
    private UnfitSetting() {}

    /**
     * {@return what is wrong, with the value and where it came from; of a setting that follows another one, of that one}
     *
     * @param config has the setting
     * @param key the full key
     * @param allowed what would be accepted, as a sentence
     */
    public static Problem problem(KernelConfig config, String key, String allowed) {
        return find(config, key)
                .map(setting -> find(config, setting.source()).orElse(setting))
                .map(setting -> new Problem(setting.key(), setting.value(), setting.source(), allowed))
                // A configuration can be put together by hand.
                .orElseGet(() -> new Problem(key, "", "configuration", allowed));
    }

    private static Optional<Setting> find(KernelConfig config, String key) {
        return config.settings().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst();
    }
}
