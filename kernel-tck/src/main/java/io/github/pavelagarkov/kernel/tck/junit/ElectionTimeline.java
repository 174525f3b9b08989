package io.github.pavelagarkov.kernel.tck.junit;

import java.util.List;
import org.assertj.core.api.AssertProvider;

/**
 * How an election went for the kernel under test. Give it to {@code Assertions.assertThat}. Immutable.
 */
public final class ElectionTimeline implements AssertProvider<ElectionAssert> {
    private final String name;
    private final List<LedTerm> terms;
    private final TimeTexts times;

    ElectionTimeline(String name, List<LedTerm> terms, TimeTexts times) {
        this.name = name;
        this.terms = List.copyOf(terms);
        this.times = times;
    }

    /** {@return the election's name} */
    public String name() {
        return name;
    }

    /** {@return the terms it led, in order} */
    public List<LedTerm> terms() {
        return terms;
    }

    TimeTexts times() {
        return times;
    }

    @Override
    public ElectionAssert assertThat() {
        return new ElectionAssert(this);
    }

    @Override
    public String toString() {
        return "election '" + name + "'";
    }
}
