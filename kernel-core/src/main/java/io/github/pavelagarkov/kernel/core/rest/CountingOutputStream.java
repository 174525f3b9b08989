package io.github.pavelagarkov.kernel.core.rest;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Counts what goes through, and knows when some of it must have left. Not thread-safe: belongs to one response. */
final class CountingOutputStream extends FilterOutputStream {
    /** What Jersey keeps back by default, to be able to answer otherwise. Others keep back more, or nothing. */
    private static final int KEPT_BACK = 8192;

    private long bytes;
    private boolean flushed;

    CountingOutputStream(OutputStream out) {
        super(out);
    }

    long bytes() {
        return bytes;
    }

    /** {@return whether some of it is on its way, so that no other answer can take its place} */
    boolean isSent() {
        return flushed || bytes > KEPT_BACK;
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        bytes++;
    }

    // Not inherited: that one writes byte by byte.
    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        bytes += len;
        out.write(b, off, len);
    }

    @Override
    public void flush() throws IOException {
        flushed |= bytes > 0;
        out.flush();
    }

    @Override
    public void close() throws IOException {
        flushed |= bytes > 0;
        out.close();
    }
}
