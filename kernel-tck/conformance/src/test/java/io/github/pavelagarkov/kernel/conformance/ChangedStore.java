package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Changes single replies and requests. */
class ChangedStore extends ForwardingStore {
    private final UnaryOperator<LeaseRequest> request;
    private final BiFunction<LeaseRequest, LeaseReply, LeaseReply> reply;

    ChangedStore(
            LeaseStore real,
            UnaryOperator<LeaseRequest> request,
            BiFunction<LeaseRequest, LeaseReply, LeaseReply> reply) {
        super(real);
        this.request = request;
        this.reply = reply;
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        List<LeaseRequest> changed = batch.stream().map(request).toList();
        return super.acquireOrRenew(changed).thenApply(replies -> {
            List<LeaseReply> answers = new ArrayList<>();
            for (int i = 0; i < replies.size(); i++) {
                answers.add(reply.apply(changed.get(i), replies.get(i)));
            }
            return answers;
        });
    }
}
