package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A small service that writes down what happens to it. */
public final class TestApplication extends Application<TestConfiguration> {
    final List<String> log = new CopyOnWriteArrayList<>();
    final KernelBundle<TestConfiguration> bundle = KernelBundle.builder(TestConfiguration::getKernel)
            .customize((builder, configuration, environment) -> {
                builder.onStart("component", kernel -> {
                    log.add("component starts");
                    System.out.println("component starts");
                });
                builder.job(JobSpec.named("sweep").manual().task(run -> {}).build());
                builder.hook(hook("lead", ShutdownRegistry.CRITICAL));
                builder.hook(hook("orders", ShutdownRegistry.MEDIUM));
                builder.hook(hook("store", ShutdownRegistry.LOWEST));
            })
            .build();

    private HookSpec hook(String name, int priority) {
        return HookSpec.of(name, priority, context -> log.add("hook " + name));
    }

    @Override
    public void initialize(Bootstrap<TestConfiguration> bootstrap) {
        bootstrap.addBundle(bundle);
    }

    @Override
    public void run(TestConfiguration configuration, Environment environment) {
        environment.lifecycle().manage(new Managed() {
            @Override
            public void start() {
                log.add("managed starts");
            }

            @Override
            public void stop() {
                log.add("managed stops");
            }
        });
        bundle.kernel().jobs().bind(this);
        bundle.kernel()
                .jobs()
                .add(JobSpec.named("by-hand")
                        .manual()
                        .task(run -> log.add("by-hand"))
                        .build());
    }

    /** A job by annotation. */
    @Job(every = "1h", initialDelay = "0s")
    public void tick() {
        log.add("tick");
    }
}
