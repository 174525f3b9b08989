package io.github.pavelagarkov.kernel.dropwizard;

/** The small service as its jar would be run. */
public final class CheckMain {
    private CheckMain() {}

    /**
     * Runs it.
     *
     * @param args command and file
     * @throws Exception if it cannot start
     */
    public static void main(String[] args) throws Exception {
        new TestApplication().run(args);
    }
}
