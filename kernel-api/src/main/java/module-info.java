/** The contract of kernel: what a service may rely on in every host, and what an implementer must provide. */
module io.github.pavelagarkov.kernel.api {
    requires static transitive org.jspecify;
    requires transitive java.sql;

    exports io.github.pavelagarkov.kernel;
    exports io.github.pavelagarkov.kernel.clickhouse;
    exports io.github.pavelagarkov.kernel.event;
    exports io.github.pavelagarkov.kernel.job;
    exports io.github.pavelagarkov.kernel.leader;
    exports io.github.pavelagarkov.kernel.lock;
    exports io.github.pavelagarkov.kernel.pool;
    exports io.github.pavelagarkov.kernel.readiness;
    exports io.github.pavelagarkov.kernel.shutdown;
    exports io.github.pavelagarkov.kernel.time;
}
