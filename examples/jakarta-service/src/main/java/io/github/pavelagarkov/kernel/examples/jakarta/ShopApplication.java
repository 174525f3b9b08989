package io.github.pavelagarkov.kernel.examples.jakarta;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The HTTP API is at the root of the application. A bean, because Helidon only sees those. */
@ApplicationScoped
@ApplicationPath("/")
public class ShopApplication extends Application {}
