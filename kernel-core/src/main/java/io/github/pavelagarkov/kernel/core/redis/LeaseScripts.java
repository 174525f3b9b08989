package io.github.pavelagarkov.kernel.core.redis;

/** What runs inside Redis. */
final class LeaseScripts {
    /**
     * Acquires or renews any number of leases; idempotent.
     *
     * <p>KEYS: for each request its lease and, if it may take it, its fence. ARGV: ttl of the fences, then for each request
     * {@code A<lease id>@<ttl>@<identity>} to acquire or {@code R<lease id>@<ttl>@} to renew: one text each, for the cost of
     * thousands of elections is the cost of their arguments. The lease is {@code <lease id>@<token>@<identity>}, so that a
     * renewal reads one key only. Answers one text a request: {@code
     * H<token>} held, {@code T<pttl>} taken, {@code F} free, {@code E<error>} refused. Every command may fail for its own key
     * alone, hence pcall; so may what a key holds, for an error of the script would be the answer to all requests. The fence
     * is written before the lease: a lease must never have a token that could come again.
     *
     * <p>The token is at least the clock of the server in microseconds, so it goes on growing after the server has lost its
     * data; {@code %.0f} because tostring() would give 1.79e+15.
     */
    static final String ACQUIRE_OR_RENEW = """
            local function grant(lease, fence, id, identity, ttl, fenceTtl)
              local seen = redis.pcall('GET', fence)
              if type(seen) == 'table' then return 'E' .. seen.err end
              local last = tonumber(seen or '0')
              if not last or last ~= math.floor(last) or last < 0 or last >= 2^53 then
                return 'Eits fencing token is no whole number below 2^53'
              end
              local time = redis.call('TIME')
              local token = string.format('%.0f',
                math.max(last + 1, time[1] * 1000000 + time[2]))
              local done = redis.pcall('SET', fence, token, 'PX', fenceTtl)
              if not done.err then
                done = redis.pcall('SET', lease, id .. '@' .. token .. '@' .. identity, 'PX', ttl)
              end
              return done.err and ('E' .. done.err) or ('H' .. token)
            end
            local out = {}
            local k = 1
            for i = 2, #ARGV do
              local mode, id, ttl, identity = string.match(ARGV[i], '^(.)([^@]*)@(%d+)@(.*)$')
              local lease = KEYS[k]
              local held = redis.pcall('GET', lease)
              local answer
              if type(held) == 'table' then
                answer = 'E' .. held.err
              elseif not held then
                answer = mode == 'R' and 'F' or grant(lease, KEYS[k + 1], id, identity, ttl, ARGV[1])
              elseif string.sub(held, 1, #id + 1) == id .. '@' then
                local token = string.match(held, '^@(%d+)@', #id + 1)
                if not token or #token > 18 then
                  answer = 'Eits value has no fencing token'
                else
                  local done = redis.pcall('PEXPIRE', lease, ttl)
                  answer = type(done) == 'table' and ('E' .. done.err) or ('H' .. token)
                end
              else
                answer = 'T' .. redis.call('PTTL', lease)
              end
              out[#out + 1] = answer
              k = k + (mode == 'A' and 2 or 1)
            end
            return out
            """;

    /** Answer of {@link #RELEASE}: it was held with that id and is free, and candidates could not be told. */
    static final int RELEASED_UNTOLD = 2;

    /**
     * KEYS: lease. ARGV: lease id with its separator, channel, payload. Answers 1 if it was held with that id, 2 if also Redis
     * refused to publish it, which takes nothing back.
     */
    static final String RELEASE = """
            local held = redis.call('GET', KEYS[1])
            if not held or string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
            redis.call('DEL', KEYS[1])
            return type(redis.pcall('PUBLISH', ARGV[2], ARGV[3])) == 'table' and 2 or 1
            """;

    /** KEYS: lease. Answers its value, empty if there is none. */
    static final String HOLDER = "return redis.call('GET', KEYS[1]) or ''";

    /** KEYS: lock. ARGV: value, ttl in ms. The Go library's own semantics: no idempotency. */
    static final String LOCK =
            "if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 else return 0 end";

    /** KEYS: lock. ARGV: value. */
    static final String UNLOCK =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

    /** KEYS: lock. ARGV: value, ttl in ms. */
    static final String EXTEND =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";

    private LeaseScripts() {}
}
