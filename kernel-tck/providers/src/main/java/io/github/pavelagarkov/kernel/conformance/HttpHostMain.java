package io.github.pavelagarkov.kernel.conformance;

import com.sun.net.httpserver.HttpServer;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteExceptionMapper;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.rest.KernelRestFeature;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

/** {@link PlainHostMain} with a REST application: what a service does that brings its own server. */
public final class HttpHostMain {
    /** What its line with the port of HTTP begins with. */
    static final String HTTP = "http at ";

    private HttpHostMain() {}

    /**
     * Runs it.
     *
     * @param args behaviour and file
     */
    public static void main(String[] args) {
        PlainHostMain.builder(TckApplication.of(args[0]), PlainHostMain.config(Path.of(args[1])))
                .onStart("http", kernel -> serve(kernel, new ResourceConfig()))
                .build()
                .run();
    }

    /**
     * Opens the port.
     *
     * @param kernel of the service
     * @param rest what its REST application has besides
     */
    static void serve(Kernel kernel, ResourceConfig rest) {
        rest.registerClasses(SuiteResource.class, SuiteExceptionMapper.class).register(KernelRestFeature.of(kernel));
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer server = JdkHttpServerFactory.createHttpServer(URI.create("http://127.0.0.1:0/"), rest, false);
        server.setExecutor(threads);
        server.start();
        var unused = kernel.shutdown().register("http", ShutdownRegistry.HIGH, context -> {
            server.stop(0);
            threads.shutdown();
        });
        System.out.println(HTTP + server.getAddress().getPort());
    }
}
