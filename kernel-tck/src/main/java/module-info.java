/** The proof: what tests of any implementation of the contract need. */
module io.github.pavelagarkov.kernel.tck {
    requires static transitive org.jspecify;
    requires transitive io.github.pavelagarkov.kernel.api;
    requires org.opentest4j;
    requires transitive java.sql;

    exports io.github.pavelagarkov.kernel.tck.process;
    exports io.github.pavelagarkov.kernel.tck.time;
}
