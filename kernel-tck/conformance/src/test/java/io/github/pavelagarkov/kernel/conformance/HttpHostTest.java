package io.github.pavelagarkov.kernel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A service with a server of its own: Jersey over that of the JDK, whose request headers cannot be changed. */
final class HttpHostTest {
    @Test
    void takesTheIdThatARequestBrings() throws Exception {
        try (TckHost.Running host = PlainHost.withHttp(HttpHostMain.class).start(Settings.of(Behaviour.WAITS))) {
            URI context = URI.create(host.http().orElseThrow() + "/suite/context");

            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(context)
                                    .timeout(Duration.ofSeconds(20))
                                    .header("X-Correlation-ID", "order-7")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{correlation_id=order-7}");
            assertThat(response.headers().allValues("X-Correlation-ID")).containsExactly("order-7");
        }
    }
}
