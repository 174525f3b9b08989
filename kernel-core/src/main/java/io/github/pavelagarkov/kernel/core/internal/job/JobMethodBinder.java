package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.job.Job;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Turns the {@link Job} methods of objects into specs; all problems of all methods are told at once. */
public final class JobMethodBinder {
    private JobMethodBinder() {}

    /**
     * {@return the jobs of several objects, in order; a job that is switched off is left out}
     *
     * @param targets have the methods
     * @param config answers for the placeholders
     * @throws ConfigurationException with every problem of every method
     */
    public static List<BoundJob> bind(List<JobTarget> targets, Function<String, Optional<String>> config) {
        List<Problem> problems = new ArrayList<>();
        List<BoundJob> bound = bind(targets, config, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return bound;
    }

    /**
     * {@return the jobs of several objects, in order; a job that is switched off or wrong is left out}
     *
     * @param targets have the methods
     * @param config answers for the placeholders
     * @param problems gets every problem of every method
     */
    public static List<BoundJob> bind(
            List<JobTarget> targets, Function<String, Optional<String>> config, List<Problem> problems) {
        List<BoundJob> bound = new ArrayList<>();
        Map<String, String> owners = new HashMap<>();
        for (JobTarget target : targets) {
            for (Method method : jobMethods(target.type())) {
                JobMethod job = new JobMethod(target, method, config, problems);
                job.bind().ifPresent(found -> {
                    String before = owners.putIfAbsent(found.spec().name(), job.where());
                    if (before == null) {
                        bound.add(found);
                    } else {
                        problems.add(new Problem(
                                job.where() + " name",
                                found.spec().name(),
                                "@Job",
                                "must be unique, " + before + " has it too"));
                    }
                });
            }
        }
        return List.copyOf(bound);
    }

    /** Subclasses first: a container may hand over a generated subclass whose overriding methods have no annotation. */
    private static List<Method> jobMethods(Class<?> type) {
        Map<String, Method> found = new LinkedHashMap<>();
        Set<String> overridden = new HashSet<>();
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            Method[] declared = at.getDeclaredMethods();
            Arrays.sort(declared, Comparator.comparing(Method::getName).thenComparing(Method::toString));
            for (Method method : declared) {
                String signature = method.getName() + Arrays.toString(method.getParameterTypes());
                if (!method.isBridge() && method.isAnnotationPresent(Job.class) && overridden.add(signature)) {
                    found.put(signature, method);
                }
            }
        }
        return List.copyOf(found.values());
    }
}
