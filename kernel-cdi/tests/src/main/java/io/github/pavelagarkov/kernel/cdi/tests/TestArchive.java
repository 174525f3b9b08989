package io.github.pavelagarkov.kernel.cdi.tests;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Web archives with kernel's libraries inside. */
final class TestArchive {
    private TestArchive() {}

    /**
     * {@return an archive with kernel, this package and the settings, and no beans yet}
     *
     * @param name of the file and the context root
     * @param discovery mode of bean discovery
     * @param settings lines of its microprofile-config.properties
     */
    static WebArchive of(String name, String discovery, String... settings) {
        List<String> lines = new ArrayList<>(TestServer.settings());
        lines.addAll(List.of(settings));
        return ShrinkWrap.create(WebArchive.class, name + ".war")
                .addPackage(TestArchive.class.getPackage())
                .addAsWebInfResource(beans(discovery), "beans.xml")
                .addAsResource(
                        new StringAsset(String.join("\n", lines) + "\n"), "META-INF/microprofile-config.properties")
                .addAsLibraries(TestServer.libraries().toArray(File[]::new));
    }

    private static StringAsset beans(String discovery) {
        return new StringAsset(
                "<beans xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"4.0\" bean-discovery-mode=\""
                        + discovery + "\"/>");
    }
}
