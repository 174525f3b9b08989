package io.github.pavelagarkov.kernel.cdi.liberty.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** Says something once, with the name of the application in front. Thread-safe. */
@ApplicationScoped
public class Voice {
    private final Set<String> said = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String application;

    /** For the container. */
    public Voice() {}

    /**
     * Says it, if this is new.
     *
     * @param what happened
     */
    public void say(String what) {
        if (said.add(what)) {
            System.out.println("[" + application() + "] " + what);
        }
    }

    /** Asked once, of a thread of the application: at its end its configuration may be gone. */
    private String application() {
        String known = application;
        if (known == null) {
            known = ConfigProvider.getConfig().getValue("kernel.application", String.class);
            application = known;
        }
        return known;
    }
}
