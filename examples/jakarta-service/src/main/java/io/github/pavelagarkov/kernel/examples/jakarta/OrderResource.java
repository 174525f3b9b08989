package io.github.pavelagarkov.kernel.examples.jakarta;

import io.github.pavelagarkov.kernel.examples.jakarta.Order.State;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;

/** The HTTP API. */
@Path("orders")
@RequestScoped
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class OrderResource {
    @Inject
    OrderStore orders;

    /**
     * {@return the order, with its id, as 201}
     *
     * @param order what is ordered
     */
    @POST
    public Response place(NewOrder order) {
        Order placed = orders.add(order.customer(), order.cents());
        return Response.created(URI.create("orders/" + placed.getId()))
                .entity(placed)
                .build();
    }

    /**
     * {@return one order; 404 if there is none}
     *
     * @param id its id
     */
    @GET
    @Path("{id}")
    public Order find(@PathParam("id") long id) {
        return orders.find(id).orElseThrow(NotFoundException::new);
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
