package io.github.pavelagarkov.kernel.examples.jakarta;

/** {@code mvn -q -Pliberty -pl examples/jakarta-service -am}. */
final class LibertyDemo {
    private LibertyDemo() {}

    public static void main(String[] args) throws Exception {
        new Demo(new LibertyServer()).run();
    }
}
