package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.examples.orders.FindOrder;
import io.github.pavelagarkov.kernel.examples.orders.OrdersGrpc;
import io.github.pavelagarkov.kernel.examples.orders.PlaceOrder;
import io.github.pavelagarkov.kernel.examples.orders.PlacedOrder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/**
 * The gRPC API. What it throws that is no status the client sees as INTERNAL with the id of the call, and the log with its
 * stack. Thread-safe.
 */
final class OrderCalls extends OrdersGrpc.OrdersImplBase {
    private final OrderStore orders;

    OrderCalls(OrderStore orders) {
        this.orders = orders;
    }

    @Override
    public void place(PlaceOrder request, StreamObserver<PlacedOrder> answer) {
        if (request.getCustomer().isBlank() || request.getCents() <= 0) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("customer must not be blank and cents must be positive")
                    .asRuntimeException();
        }
        answer.onNext(placed(orders.add(new NewOrder(request.getCustomer(), request.getCents()))));
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
                .setId(order.id())
                .setCustomer(order.customer())
                .setCents(order.cents())
                .setSettled(order.state() == Order.State.SETTLED)
                .build();
    }
}
