package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.examples.shop.SalesStream.Turnover;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What was sold, as ClickHouse knows it. Thread-safe. */
@Path("/sales")
@Produces(MediaType.APPLICATION_JSON)
public final class SalesResource {
    private final SalesStream sales;

    SalesResource(SalesStream sales) {
        this.sales = sales;
    }

    /** {@return what each customer has paid, the best ones first} */
    @GET
    public List<Turnover> best() {
        return sales.best();
    }
}
