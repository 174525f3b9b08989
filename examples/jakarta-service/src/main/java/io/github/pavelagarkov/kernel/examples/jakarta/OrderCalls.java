package io.github.pavelagarkov.kernel.examples.jakarta;

import io.github.pavelagarkov.kernel.examples.jakarta.Order.State;
import io.github.pavelagarkov.kernel.examples.orders.FindOrder;
import io.github.pavelagarkov.kernel.examples.orders.OrdersGrpc;
import io.github.pavelagarkov.kernel.examples.orders.PlaceOrder;
import io.github.pavelagarkov.kernel.examples.orders.PlacedOrder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;

/**
 * The gRPC API. The kernel finds it because it is a bean; of a scope without proxies, which cannot be made for a class that
 * protoc gave a final method. What it throws that is no status the client sees as INTERNAL with the id of the call, and the
 * log with its stack.
 */
@Dependent
public class OrderCalls extends OrdersGrpc.OrdersImplBase {
    @Inject
    OrderStore orders;

    @Override
    public void place(PlaceOrder request, StreamObserver<PlacedOrder> answer) {
        if (request.getCustomer().isBlank() || request.getCents() <= 0) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("customer must not be blank and cents must be positive")
                    .asRuntimeException();
        }
        answer.onNext(placed(orders.add(request.getCustomer(), request.getCents())));
        answer.onCompleted();
    }

    @Override
    public void find(FindOrder request, StreamObserver<PlacedOrder> answer) {
        Order found = orders.find(request.getId())
                .orElseThrow(() -> Status.NOT_FOUND
                        .withDescription("there is no order " + request.getId())
                        .asRuntimeException());
        answer.onNext(placed(found));
        answer.onCompleted();
    }

    private static PlacedOrder placed(Order order) {
        return PlacedOrder.newBuilder()
                .setId(order.getId())
                .setCustomer(order.getCustomer())
                .setCents(order.getCents())
                .setSettled(order.getState() == State.SETTLED)
                .build();
    }
}
