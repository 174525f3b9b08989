package io.github.pavelagarkov.kernel.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class FencedResourceTest {
    @Test
    void refusesASmallerTokenThanItHasSeenAndRemembersWhoTried() throws IOException {
        try (FencedResource resource = FencedResource.open();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), resource.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("a 7\nb 9\na 7\nb 9\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

            assertThat(in.readLine()).isEqualTo("accepted");
            assertThat(in.readLine()).isEqualTo("accepted");
            assertThat(in.readLine()).isEqualTo("refused");
            assertThat(in.readLine()).isEqualTo("accepted");
            assertThat(resource.writes())
                    .extracting(FencedResource.Write::identity)
                    .containsExactly("a", "b", "a", "b");
        }
    }
}
