package io.github.pavelagarkov.kernel.core.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The template of the URIs that lead to a resource method. Thread-safe. */
final class Route {
    private final Class<?> type;
    private final String ofMethod;
    private final @Nullable String ofClass;
    /** The last one without a locator: an application has one base, or a few. */
    private volatile @Nullable Direct direct;

    private record Direct(String base, Optional<String> template) {}

    Route(Class<?> type, Method method) {
        this.type = type;
        ofMethod = path(method).orElse("");
        ofClass = classPath(type).orElse(null);
    }

    /** {@return the whole template, as clients see it; empty if nobody can tell} */
    Optional<String> template(UriInfo uri) {
        List<Object> matched = uri.getMatchedResources();
        String base = uri.getBaseUri().getRawPath();
        return matched.size() > 1 ? below(base, locators(matched)) : direct(base);
    }

    private Optional<String> direct(String base) {
        Direct known = direct;
        if (known == null || !known.base.equals(base)) {
            known = new Direct(base, below(base, Optional.ofNullable(ofClass)));
            direct = known;
        }
        return known.template;
    }

    private Optional<String> below(String base, Optional<String> before) {
        return before.map(prefix -> join(join(base, prefix), ofMethod));
    }

    /** By way of sub-resources: the last that matched comes first. */
    private Optional<String> locators(List<Object> matched) {
        Class<?> root = matched.get(matched.size() - 1).getClass();
        Optional<String> template = classPath(root);
        for (int i = matched.size() - 1; i > 0 && template.isPresent(); i--) {
            Class<?> next = i == 1 ? type : matched.get(i - 1).getClass();
            Optional<String> step = locator(matched.get(i).getClass(), next);
            template = template.flatMap(prefix -> step.map(more -> join(prefix, more)));
        }
        return template;
    }

    /** {@return the path of the one method of a class that can have led to another; empty if there are several} */
    private static Optional<String> locator(Class<?> from, Class<?> to) {
        List<String> paths = Arrays.stream(from.getMethods())
                .filter(method -> !method.isBridge() && leadsTo(method, to))
                .flatMap(method -> path(method).stream())
                .distinct()
                .toList();
        return paths.size() == 1 ? Optional.of(paths.get(0)) : Optional.empty();
    }

    private static boolean leadsTo(Method method, Class<?> to) {
        Class<?> returned = method.getReturnType();
        // A locator may return the class of the resource in place of an instance.
        boolean fits = returned.isAssignableFrom(to) || returned == Class.class;
        return fits
                && Stream.of(method.getAnnotations())
                        .map(Annotation::annotationType)
                        .noneMatch(kind -> kind.isAnnotationPresent(HttpMethod.class));
    }

    /** Servers hand out subclasses that have lost the annotation; it may also be on an interface. */
    private static Optional<String> classPath(Class<?> type) {
        Deque<Class<?>> todo = new ArrayDeque<>(List.of(type));
        while (!todo.isEmpty()) {
            Class<?> next = todo.remove();
            Optional<String> path = path(next);
            if (path.isPresent()) {
                return path;
            }
            if (next.getSuperclass() != null) {
                todo.add(next.getSuperclass());
            }
            todo.addAll(List.of(next.getInterfaces()));
        }
        return Optional.empty();
    }

    private static Optional<String> path(Method method) {
        Optional<String> own = path((AnnotatedElement) method);
        if (own.isPresent()) {
            return own;
        }
        Class<?> declaring = method.getDeclaringClass();
        Stream<Class<?>> parents =
                Stream.concat(Stream.ofNullable(declaring.getSuperclass()), Stream.of(declaring.getInterfaces()));
        return parents.flatMap(parent -> inherited(parent, method).stream())
                .flatMap(above -> path(above).stream())
                .findFirst();
    }

    private static Optional<Method> inherited(Class<?> parent, Method method) {
        try {
            return Optional.of(parent.getMethod(method.getName(), method.getParameterTypes()));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> path(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(Path.class)).map(Path::value);
    }

    private static String join(String before, String after) {
        String left = before.endsWith("/") ? before.substring(0, before.length() - 1) : before;
        String right = after.startsWith("/") ? after.substring(1) : after;
        return right.isEmpty() ? (left.isEmpty() ? "/" : left) : left + "/" + right;
    }
}
