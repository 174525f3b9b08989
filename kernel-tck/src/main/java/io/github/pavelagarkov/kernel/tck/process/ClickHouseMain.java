package io.github.pavelagarkov.kernel.tck.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * The main method of a ClickHouse server whose code is a library: the child JVM of a {@link ClickHouseProcess}. JNA is called by
 * name, so that the descriptor of this module requires no library whose module name is that of its file.
 */
final class ClickHouseMain {
    /** The engine's own threads have 8 MB; its main one expects no less than a process has. */
    private static final long STACK = 64L << 20;

    private ClickHouseMain() {}

    /**
     * Runs the engine until its standard input ends.
     *
     * @param args the path of the library, then the arguments of the engine
     */
    public static void main(String[] args) {
        String library = args[0];
        String[] command = args.clone();
        command[0] = "clickhouse";
        new Thread(null, () -> run(library, command), "clickhouse", STACK).start();
    }

    private static void run(String library, String[] command) {
        int code = 1;
        try {
            String trouble = call(library, command);
            System.out.println(trouble.isEmpty() ? "the engine has ended" : trouble);
            code = trouble.isEmpty() ? 0 : 1;
        } catch (InvocationTargetException e) {
            System.out.println(e.getCause());
        } catch (ReflectiveOperationException | RuntimeException | Error e) {
            System.out.println(e);
        } finally {
            System.out.flush();
            // Not exit: the destructors of the engine hang for seconds.
            Runtime.getRuntime().halt(code);
        }
    }

    /** {@return what went wrong; empty for nothing} */
    private static String call(String library, String[] command) throws ReflectiveOperationException {
        Class<?> libraries = Class.forName("com.sun.jna.NativeLibrary");
        Class<?> functions = Class.forName("com.sun.jna.Function");
        Object engine = libraries.getMethod("getInstance", String.class).invoke(null, library);
        Method function = libraries.getMethod("getFunction", String.class);
        Object texts = Class.forName("com.sun.jna.StringArray")
                .getConstructor(String[].class)
                .newInstance((Object) command);
        Object result = functions
                .getMethod("invokePointer", Object[].class)
                .invoke(function.invoke(engine, "chdb_query_cmdline"), (Object) new Object[] {command.length, texts});
        if (result == null) {
            return "the engine returned nothing";
        }
        Object error = functions
                .getMethod("invoke", Class.class, Object[].class)
                .invoke(function.invoke(engine, "chdb_result_error"), String.class, new Object[] {result});
        return error == null ? "" : error.toString();
    }
}
