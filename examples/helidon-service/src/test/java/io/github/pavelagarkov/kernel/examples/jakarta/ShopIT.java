package io.github.pavelagarkov.kernel.examples.jakarta;

/** The same classes in Helidon MP. */
class ShopIT extends ShopTest {
    ShopIT() {
        super(new HelidonServer());
    }
}
