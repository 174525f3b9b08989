package io.github.pavelagarkov.kernel.core.internal.cron;

import com.cronutils.descriptor.CronDescriptor;
import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.parser.CronParser;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lets cron-utils check an expression and spell it in one way: numbers for names, fields for nicknames. */
final class CronText {
    private CronText() {}

    /**
     * {@return six fields, seconds first}
     *
     * @param expression six fields or a nickname
     * @throws IllegalArgumentException if cron-utils refuses it
     */
    static List<String> fields(String expression) {
        Cron cron = new CronParser(definition()).parse(expression);
        return Stream.of(
                        CronFieldName.SECOND,
                        CronFieldName.MINUTE,
                        CronFieldName.HOUR,
                        CronFieldName.DAY_OF_MONTH,
                        CronFieldName.MONTH,
                        CronFieldName.DAY_OF_WEEK)
                .map(field -> cron.retrieve(field).getExpression().asString())
                .toList();
    }

    /**
     * {@return what it says, in English}
     *
     * @param expression six fields or a nickname
     * @throws IllegalArgumentException if cron-utils refuses it
     */
    static String inWords(String expression) {
        return CronDescriptor.instance(Locale.UK).describe(new CronParser(definition()).parse(expression));
    }

    private static CronDefinition definition() {
        return CronDefinitionBuilder.defineCron()
                .withSeconds()
                .withValidRange(0, 59)
                .and()
                .withMinutes()
                .withValidRange(0, 59)
                .and()
                .withHours()
                .withValidRange(0, 23)
                .and()
                .withDayOfMonth()
                .withValidRange(1, 31)
                .supportsL()
                .supportsW()
                .supportsLW()
                .supportsQuestionMark()
                .and()
                .withMonth()
                .withValidRange(1, 12)
                .and()
                .withDayOfWeek()
                .withValidRange(0, 7)
                .withMondayDoWValue(1)
                .withIntMapping(7, 0)
                .supportsHash()
                .supportsL()
                .supportsQuestionMark()
                .and()
                .withSupportedNicknameHourly()
                .withSupportedNicknameDaily()
                .withSupportedNicknameMidnight()
                .withSupportedNicknameWeekly()
                .withSupportedNicknameMonthly()
                .withSupportedNicknameYearly()
                .withSupportedNicknameAnnually()
                .instance();
    }
}
