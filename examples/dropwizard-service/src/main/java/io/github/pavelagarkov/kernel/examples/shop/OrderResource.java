package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.examples.shop.Order.State;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The HTTP API. Thread-safe. */
@Path("/orders")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class OrderResource {
    private final OrderStore orders;

    OrderResource(OrderStore orders) {
        this.orders = orders;
    }

    /**
     * {@return the order, with its id, as 201}
     *
     * @param order what is ordered
     */
    @POST
    public Response place(@Valid @NotNull NewOrder order) {
        Order placed = orders.add(order);
        return Response.created(URI.create("/orders/" + placed.id()))
                .entity(placed)
                .build();
    }

    /**
     * {@return one order; 404 if there is none}
     *
     * @param id its id
     */
    @GET
    @Path("/{id}")
    public Optional<Order> find(@PathParam("id") long id) {
        return orders.find(id);
    }

    /**
     * {@return the latest hundred orders of a state}
     *
     * @param state OPEN or SETTLED
     */
    @GET
    public List<Order> latest(@QueryParam("state") @DefaultValue("OPEN") State state) {
        return orders.latest(state);
    }
}
