package io.github.pavelagarkov.kernel.core.redis;

/** What runs inside Redis. */
final class LeaseScripts {
    /**
     * Acquires or renews any number of leases; idempotent.
     *
     * <p>KEYS: lease, fence, lease, fence … ARGV: ttl of the fences, then mode, lease value, ttl for each lease. Answers one
     * text a lease: {@code H<token>} held, {@code T<pttl>} taken, {@code F} free, {@code E<error>} refused. Every command may
     * fail for its own key alone, hence pcall. The fence is written before the lease: a lease without a fence would be a term
     * without a token. It is prolonged with the lease, or a term longer than its ttl would change its token.
     *
     * <p>The token is at least the clock of the server in microseconds, so it goes on growing after the server has lost its
     * data; {@code %.0f} because tostring() would give 1.79e+15.
     */
    static final String ACQUIRE_OR_RENEW = """
            local function failed(r) return type(r) == 'table' and r.err end
            local out = {}
            for i = 1, #KEYS, 2 do
              local a = 2 + (i - 1) / 2 * 3
              local mode, id, ttl = ARGV[a], ARGV[a + 1], ARGV[a + 2]
              local held = redis.pcall('GET', KEYS[i])
              local fence = redis.pcall('GET', KEYS[i + 1])
              local bad = failed(held) or failed(fence)
              if bad then
                out[#out + 1] = 'E' .. bad
              elseif held and held ~= id then
                out[#out + 1] = 'T' .. redis.call('PTTL', KEYS[i])
              elseif not held and mode == 'R' then
                out[#out + 1] = 'F'
              elseif held and fence then
                local done = redis.pcall('PEXPIRE', KEYS[i], ttl)
                if not failed(done) then
                  done = redis.pcall('PEXPIRE', KEYS[i + 1], ARGV[1])
                end
                out[#out + 1] = failed(done) and ('E' .. done.err) or ('H' .. fence)
              else
                local time = redis.call('TIME')
                local token = string.format('%.0f',
                  math.max(tonumber(fence or '0') + 1, time[1] * 1000000 + time[2]))
                local done = redis.pcall('SET', KEYS[i + 1], token, 'PX', ARGV[1])
                if not failed(done) then
                  done = redis.pcall('SET', KEYS[i], id, 'PX', ttl)
                end
                out[#out + 1] = failed(done) and ('E' .. done.err) or ('H' .. token)
              end
            end
            return out
            """;

    /** KEYS: lease. ARGV: lease id with its separator, channel, payload. Answers 1 if it was held with that id. */
    static final String RELEASE = """
            local held = redis.call('GET', KEYS[1])
            if not held or string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
            redis.call('DEL', KEYS[1])
            redis.call('PUBLISH', ARGV[2], ARGV[3])
            return 1
            """;

    /** KEYS: lease, fence. Answers value and token, either may be missing. */
    static final String HOLDER = "return { redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or '' }";

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
