package io.github.pavelagarkov.kernel.examples.jakarta;

/** {@code mvn -q -Phelidon -pl examples/helidon-service -am}. */
final class HelidonDemo {
    private HelidonDemo() {}

    public static void main(String[] args) throws Exception {
        new Demo(new HelidonServer()).run();
    }
}
