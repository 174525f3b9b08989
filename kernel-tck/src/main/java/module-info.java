/** The proof: what tests of any implementation of the contract need. */
module io.github.pavelagarkov.kernel.tck {
    requires java.management;
    requires static transitive org.jspecify;
    requires transitive io.github.pavelagarkov.kernel.api;
    requires transitive org.junit.jupiter.api;
    requires static transitive io.grpc;
    requires static io.grpc.stub;
    requires static org.junit.platform.launcher;
    requires org.junit.platform.commons;
    requires java.net.http;
    requires transitive org.assertj.core;
    requires org.opentest4j;
    requires transitive java.sql;

    exports io.github.pavelagarkov.kernel.tck;
    exports io.github.pavelagarkov.kernel.tck.fault;
    exports io.github.pavelagarkov.kernel.tck.grpc;
    exports io.github.pavelagarkov.kernel.tck.junit;
    exports io.github.pavelagarkov.kernel.tck.leader;
    exports io.github.pavelagarkov.kernel.tck.process;
    exports io.github.pavelagarkov.kernel.tck.rules;
    exports io.github.pavelagarkov.kernel.tck.time;

    opens io.github.pavelagarkov.kernel.tck;
    opens io.github.pavelagarkov.kernel.tck.rules;

    uses io.github.pavelagarkov.kernel.tck.KernelTckProvider;

    provides org.junit.platform.launcher.TestExecutionListener with
            io.github.pavelagarkov.kernel.tck.report.ConformanceListener;
}
