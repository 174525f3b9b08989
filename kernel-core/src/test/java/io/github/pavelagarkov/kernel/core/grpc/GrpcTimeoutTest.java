package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** GR-4: a unary call ends at the earlier of two deadlines; a stream has that of its client alone. */
final class GrpcTimeoutTest {
    private static GrpcFixture limitedTo(Duration most, EchoService service) {
        return new GrpcFixture(GrpcServer.builder()
                .settings(GrpcSettings.onPort(0).withCallTimeout(most))
                .service(service));
    }

    /** Waits for its Context to be cancelled and tells why. */
    private static EchoService waitingForItsEnd(CompletableFuture<Throwable> cause) {
        return new EchoService().unary((request, observer) -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cause.complete(Context.current().cancellationCause());
        });
    }

    @Test
    void theServersLimitCancelsTheContextAndAnswersTheClient() throws Exception {
        CompletableFuture<Throwable> cause = new CompletableFuture<>();
        try (GrpcFixture grpc = limitedTo(Duration.ofMillis(200), waitingForItsEnd(cause))) {
            StatusRuntimeException refusal = grpc.refusal("x");

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(refusal.getStatus().getDescription()).isEqualTo("the call took longer than PT0.2S");
            assertThat(GrpcFixture.trailers(refusal).get(GrpcFixture.ID)).isNotEmpty();
            assertThat(cause.get(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            await().untilAsserted(() ->
                    assertThat(grpc.texts()).anyMatch(line -> line.contains("Unary: DEADLINE_EXCEEDED after")));
        }
    }

    @Test
    void aClientWithALaterDeadlineHasTheServersLimit() throws Exception {
        CompletableFuture<Throwable> cause = new CompletableFuture<>();
        try (GrpcFixture grpc = limitedTo(Duration.ofMillis(200), waitingForItsEnd(cause))) {
            StatusRuntimeException refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> GrpcFixture.unary(
                            grpc.channel, "x", CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.MINUTES)));

            assertThat(refusal.getStatus().getDescription()).isEqualTo("the call took longer than PT0.2S");
        }
    }

    @Test
    void aClientWithAnEarlierDeadlineHasItsOwn() throws Exception {
        CompletableFuture<Throwable> cause = new CompletableFuture<>();
        try (GrpcFixture grpc = limitedTo(Duration.ofMinutes(10), waitingForItsEnd(cause))) {
            StatusRuntimeException refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> GrpcFixture.unary(
                            grpc.channel, "x", CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS)));

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(cause.get(20, TimeUnit.SECONDS)).isNotNull();
            await().untilAsserted(() -> assertThat(grpc.texts())
                    .anyMatch(line -> line.matches(".*Unary: (DEADLINE_EXCEEDED|CANCELLED) .*")));
        }
    }

    @Test
    void theLimitIsTheDeadlineOfWhatTheHandlerCalls() throws Exception {
        CompletableFuture<Deadline> seen = new CompletableFuture<>();
        EchoService service = new EchoService().unary((request, observer) -> {
            seen.complete(Context.current().getDeadline());
            observer.onNext(request);
            observer.onCompleted();
        });
        try (GrpcFixture grpc = limitedTo(Duration.ofMinutes(10), service)) {
            grpc.unary("x");

            assertThat(seen.get(20, TimeUnit.SECONDS).timeRemaining(TimeUnit.SECONDS))
                    .isBetween(1L, 600L);
        }
    }

    @Test
    void aHandlerThatAnswersTooLateHarmsNothing() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        CompletableFuture<Boolean> sawCancelled = new CompletableFuture<>();
        EchoService service = new EchoService().unary((request, observer) -> {
            try {
                late.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            sawCancelled.complete(((ServerCallStreamObserver<StringValue>) observer).isCancelled());
            observer.onNext(request);
            observer.onCompleted();
        });
        try (GrpcFixture grpc = limitedTo(Duration.ofMillis(100), service)) {
            assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            late.countDown();

            assertThat(sawCancelled.get(20, TimeUnit.SECONDS)).isTrue();
            await().untilAsserted(() -> assertThat(grpc.server.openCalls()).isEmpty());
            assertThat(grpc.texts()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    @Test
    void aStreamMayTakeLonger() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        EchoService service = new EchoService().unary((request, observer) -> {}).many((request, observer) -> {
            observer.onNext(text("first"));
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            observer.onNext(text("second"));
            observer.onCompleted();
        });
        try (GrpcFixture grpc = limitedTo(Duration.ofMillis(100), service)) {
            Iterator<StringValue> answers = ClientCalls.blockingServerStreamingCall(
                    grpc.channel, EchoService.MANY, CallOptions.DEFAULT, text("x"));
            assertThat(answers.next()).isEqualTo(text("first"));

            // A unary call that begins after the stream has been ended by the limit: the stream would have been as
            // well.
            assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            go.countDown();

            assertThat(answers.next()).isEqualTo(text("second"));
            assertThat(answers.hasNext()).isFalse();
        }
    }
}
