package io.github.pavelagarkov.kernel.conformance.rest;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.MDC;

/** Answers in every way that a response can be made, and fails in every place where it can. */
@Path("suite")
@Produces(MediaType.TEXT_PLAIN)
public class SuiteResource {
    /** Thrown in messages; no client may ever see it. */
    public static final String SECRET = "s3cr3t-of-the-suite";

    private static final byte[] LARGE = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

    /** Shared by all instances: a server makes one for each request. */
    private static final AtomicReference<String> LEFT = new AtomicReference<>("nothing yet");

    /** For the server. */
    public SuiteResource() {}

    /** {@return the log context of the request} */
    @GET
    @Path("context")
    public String context() {
        return fields();
    }

    private static String fields() {
        Map<String, String> fields = MDC.getCopyOfContextMap();
        return String.valueOf(new TreeMap<>(fields == null ? Map.of() : fields));
    }

    @GET
    @Path("items/{item}")
    public String item(@PathParam("item") String item) {
        return "item";
    }

    @Path("shelves/{shelf}")
    public Shelf shelf() {
        return new Shelf();
    }

    /** A sub-resource. */
    public static class Shelf {
        @GET
        @Path("books/{book}")
        public String book() {
            return "book";
        }
    }

    @POST
    @Path("items")
    public String post(String body) {
        return "posted";
    }

    @GET
    @Path("empty")
    public void empty() {}

    @GET
    @Path("throws")
    public String fails() {
        throw new IllegalStateException(SECRET);
    }

    @GET
    @Path("error")
    public String failsBadly() {
        throw new AssertionError(SECRET);
    }

    @GET
    @Path("teapot")
    public String teapot() {
        throw new WebApplicationException(
                SECRET, Response.status(418).entity("short and stout").build());
    }

    @GET
    @Path("missing")
    public String missing() {
        throw new NotFoundException(SECRET);
    }

    @GET
    @Path("mapped")
    public String mapped() {
        throw new SuiteException();
    }

    @GET
    @Path("async")
    public void async(@Suspended AsyncResponse response) {
        elsewhere(() -> {
            MDC.put("owner", "suite");
            var unused = response.resume("async");
            LEFT.set(fields());
        });
    }

    @GET
    @Path("async-throws")
    public void asyncFails(@Suspended AsyncResponse response) {
        elsewhere(() -> {
            MDC.put("owner", "suite");
            var unused = response.resume(new IllegalStateException(SECRET));
            LEFT.set(fields());
        });
    }

    @GET
    @Path("stage")
    public CompletionStage<String> stage() {
        CompletableFuture<String> later = new CompletableFuture<>();
        elsewhere(() -> later.complete("stage"));
        return later;
    }

    /** {@return the log context of the thread that answered the last asynchronous request, after it had} */
    @GET
    @Path("left")
    public String left() {
        return String.valueOf(LEFT.get());
    }

    /** Leaves something on its thread. */
    @GET
    @Path("leaves")
    public String leaves() {
        MDC.put("litter", "left by the suite");
        return "left something";
    }

    private static void elsewhere(Runnable task) {
        Thread thread = new Thread(task, "suite");
        thread.setDaemon(true);
        thread.start();
    }

    @GET
    @Path("stream")
    public StreamingOutput stream() {
        return output -> output.write(LARGE);
    }

    /** Fails when the client has got some of it. */
    @GET
    @Path("breaks")
    public StreamingOutput breaks() {
        return output -> {
            output.write(LARGE);
            output.flush();
            throw new IllegalStateException(SECRET);
        };
    }

    /** Fails before the client has got anything. */
    @GET
    @Path("unwritable")
    public StreamingOutput unwritable() {
        return output -> {
            throw new IllegalStateException(SECRET);
        };
    }

    @GET
    @Path("slow")
    public String slow(@QueryParam("millis") @DefaultValue("1000") int millis) throws InterruptedException {
        var unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        return "slow";
    }
}
