/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages with numbers, without stdio.
 */
#include "conformance_run.h"

typedef struct writer {
    char *next;
    char *end;
} writer_t;

static void put(writer_t *writer, char character) {
    if (writer->next < writer->end) {
        *writer->next = character;
        writer->next += 1;
    }
}

static void put_number(writer_t *writer, uint32_t value) {
    char digits[10];
    uint32_t count = 0;
    do {
        digits[count] = (char)('0' + value % 10u);
        count += 1;
        value /= 10u;
    } while (value != 0);
    while (count > 0) {
        count -= 1;
        put(writer, digits[count]);
    }
}

static void put_text(writer_t *writer, const char *text, const uint32_t *values) {
    for (; *text != '\0'; text += 1) {
        if (*text == '#' && *values > INT32_MAX) {
            put(writer, '-');
            put_number(writer, 0u - *values);
            values += 1;
        } else if (*text == '%' || *text == '#') {
            put_number(writer, *values);
            values += 1;
        } else {
            put(writer, *text);
        }
    }
}

bool conformance_fail(run_t *run, const char *text, uint32_t a, uint32_t b, uint32_t c,
                      uint32_t d) {
    const uint32_t values[4] = {a, b, c, d};
    writer_t writer = {run->message, run->message + MESSAGE_BYTES - 1};
    put_text(&writer, text, values);
    *writer.next = '\0';
    return false;
}

void conformance_tally_enter(run_t *run, uint32_t array, uint32_t row, uint32_t column,
                             uint32_t expected, uint32_t found) {
    tally_t *tally = &run->tally;
    tally->total += 1;
    if (expected == found) {
        return;
    }
    if (tally->wrong == 0) {
        tally->array = array;
        tally->row = row;
        tally->column = column;
        tally->expected = expected;
        tally->found = found;
    }
    tally->wrong += 1;
}

bool conformance_verdict(run_t *run, uint32_t wrong_ppm_max) {
    const tally_t tally = run->tally;
    run->tally = (tally_t){.total = 0};
    if (tally.wrong * 1000000u <= tally.total * wrong_ppm_max) {
        return true;
    }
    const uint32_t values[8] = {
        (uint32_t)tally.wrong, (uint32_t)tally.total, wrong_ppm_max, tally.array, tally.row,
        tally.column,          tally.expected,        tally.found};
    writer_t writer = {run->message, run->message + MESSAGE_BYTES - 1};
    put_text(&writer,
             "% of % wrong, % in a million allowed; first in array %, row % (the lowest driven), "
             "column %: expected %, found %",
             values);
    *writer.next = '\0';
    return false;
}
