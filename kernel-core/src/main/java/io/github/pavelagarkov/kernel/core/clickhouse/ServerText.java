package io.github.pavelagarkov.kernel.core.clickhouse;

/** Reads the code out of what the server says, {@code Code: 60. DB::Exception: … (UNKNOWN_TABLE) (version …)}. */
final class ServerText {
    private static final String CODE = "Code: ";
    private static final String SERVER = "DB::";
    /** What stands between a code and what the server says of it, in this form and in that of older servers. */
    private static final int GAP = 24;
    /** What the driver makes of a body that it cannot read: the code came in a header. */
    private static final String UNREADABLE = " <Unreadable";

    private static final int DIGITS = 9;
    /** Behind the name come a version, a query id and what the driver adds. */
    private static final int BRACKETS = 8;

    private ServerText() {}

    /** {@return the first code in a text; 0 if there is none} */
    static int code(String text) {
        for (int at = text.indexOf(CODE); at >= 0; at = text.indexOf(CODE, at + CODE.length())) {
            int begin = at + CODE.length();
            int end = begin;
            while (end < text.length() && end - begin <= DIGITS && isDigit(text.charAt(end))) {
                end++;
            }
            if (end > begin && end - begin <= DIGITS && isFromServer(text, end)) {
                int code = Integer.parseInt(text, begin, end, 10);
                if (code > 0) {
                    return code;
                }
            }
        }
        return text.contains(SERVER) ? named(text) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isFromServer(String text, int from) {
        return text.substring(from, Math.min(text.length(), from + GAP + SERVER.length()))
                        .contains(SERVER)
                || text.startsWith(UNREADABLE, from);
    }

    /** A text that has lost its beginning keeps the name near its end: the last one in brackets. */
    private static int named(String text) {
        int tries = BRACKETS;
        for (int close = text.lastIndexOf(')');
                close > 0 && tries > 0;
                close = text.lastIndexOf(')', close - 1), tries--) {
            int open = text.lastIndexOf('(', close);
            int code = open < 0 ? 0 : ErrorTable.STANDARD.code(text.substring(open + 1, close));
            if (code > 0) {
                return code;
            }
        }
        return 0;
    }
}
