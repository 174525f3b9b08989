package io.github.pavelagarkov.kernel.examples.jakarta;

/** The WAR in Open Liberty. */
class ShopIT extends ShopTest {
    ShopIT() {
        super(new LibertyServer());
    }
}
