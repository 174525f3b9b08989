package io.github.pavelagarkov.kernel.core.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The conditions that ArchUnit does not have ready. */
final class Rules {
    private static final Set<Class<?>> THREAD_MAKERS =
            Set.of(Thread.class, Timer.class, ForkJoinPool.class, ThreadPoolExecutor.class);
    private static final Set<String> THREAD_FACTORIES = Set.of("startVirtualThread", "ofVirtual", "ofPlatform");
    private static final Set<String> CONDITION_WAITS = Set.of("awaitNanos", "awaitUntil");
    private static final Set<String> PARKS = Set.of("parkNanos", "parkUntil");
    /** What waits, whoever owns it: a driver's future as well. Other times that a driver takes are its settings. */
    private static final Set<String> WAITS = Set.of(
            "await", "awaitTermination", "awaitUninterruptibly", "get", "offer", "poll", "tryAcquire", "tryLock");

    private Rules() {}

    /** Packages by one regular expression, because ArchUnit's own patterns have no optional part. */
    static DescribedPredicate<JavaClass> inPackage(String regex) {
        Pattern pattern = Pattern.compile("io\\.github\\.pavelagarkov\\.kernel\\." + regex + "(\\..*)?");
        return DescribedPredicate.describe(
                "in kernel." + regex,
                type -> pattern.matcher(type.getPackageName()).matches());
    }

    static DescribedPredicate<HasName> named(String... names) {
        return DescribedPredicate.describe(
                "named " + List.of(names), type -> List.of(names).contains(type.getName()));
    }

    /** Looks at method references too: {@code Instant::now} reads the clock as well as a call does. */
    static ArchCondition<JavaClass> useNoClockTimedWaitOrThreadOfTheirOwn() {
        return new ArchCondition<>("use no clock, timed wait or thread but those of kernel") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
                    if (isOwnTime(access) || isOwnThread(access)) {
                        events.add(SimpleConditionEvent.violated(type, access.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean isOwnTime(JavaCodeUnitAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        List<JavaClass> parameters = access.getTarget().getRawParameterTypes();
        boolean takesUnit = parameters.stream().anyMatch(type -> type.isEquivalentTo(TimeUnit.class));
        boolean thirdParty = !owner.getPackageName().startsWith("java.")
                && !owner.getPackageName().startsWith("io.github.pavelagarkov.");
        return (owner.getPackageName().equals("java.time") && name.equals("now"))
                || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
                || (owner.isEquivalentTo(System.class) && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
                || (owner.isAssignableTo(Thread.class) && name.equals("sleep"))
                || (owner.isAssignableTo(Thread.class) && name.equals("join") && !parameters.isEmpty())
                || (owner.isEquivalentTo(TimeUnit.class)
                        && Set.of("sleep", "timedWait", "timedJoin").contains(name))
                || (name.equals("wait") && takesMillis(parameters))
                || (owner.getPackageName().equals("java.util.concurrent.locks")
                        && (PARKS.contains(name) || CONDITION_WAITS.contains(name)))
                || (takesUnit
                        && !isConstructor(access)
                        && !owner.isEquivalentTo(TimeUnit.class)
                        && (!thirdParty || WAITS.contains(name)));
    }

    /** {@code Object.wait(long)} and {@code wait(long, int)}; every class inherits them. */
    private static boolean takesMillis(List<JavaClass> parameters) {
        return !parameters.isEmpty() && parameters.get(0).isEquivalentTo(long.class);
    }

    private static boolean isOwnThread(JavaCodeUnitAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return (isConstructor(access) && THREAD_MAKERS.stream().anyMatch(owner::isAssignableTo))
                || (owner.isEquivalentTo(Thread.class) && THREAD_FACTORIES.contains(access.getName()))
                || owner.isEquivalentTo(Executors.class);
    }

    private static boolean isConstructor(JavaAccess<?> access) {
        return access.getName().equals(JavaConstructor.CONSTRUCTOR_NAME);
    }

    /** Looks at what a user of a class can see: its public and protected members, what it extends and implements. */
    static ArchCondition<JavaClass> nameNoInternalType() {
        return new ArchCondition<>("name no internal type in a public signature") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<JavaClass> parents = new HashSet<>();
                type.getSuperclass().ifPresent(parent -> parents.addAll(parent.getAllInvolvedRawTypes()));
                type.getInterfaces().forEach(parent -> parents.addAll(parent.getAllInvolvedRawTypes()));
                type.getTypeParameters().forEach(parameter -> parents.addAll(parameter.getAllInvolvedRawTypes()));
                report(type, type.getName(), parents, events);
                type.getMembers().stream()
                        .filter(Rules::isVisible)
                        .forEach(member -> report(type, member.getFullName(), signature(member), events));
            }
        };
    }

    private static void report(JavaClass type, String where, Set<JavaClass> named, ConditionEvents events) {
        named.stream()
                .map(JavaClass::getBaseComponentType)
                .filter(inPackage("core\\.internal"))
                .forEach(internal ->
                        events.add(SimpleConditionEvent.violated(type, where + " names " + internal.getName())));
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Set<JavaClass> signature(JavaMember member) {
        Set<JavaClass> types = new HashSet<>();
        Stream<JavaType> named = member instanceof JavaCodeUnit unit
                ? Stream.of(List.of(unit.getReturnType()), unit.getParameterTypes(), unit.getExceptionTypes())
                        .flatMap(List::stream)
                : Stream.of(((JavaField) member).getType());
        named.forEach(type -> types.addAll(type.getAllInvolvedRawTypes()));
        return types;
    }
}
