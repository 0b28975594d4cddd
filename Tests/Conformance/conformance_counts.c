/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance_run.h"

window_t conformance_whole(const run_t *run, uint32_t array) {
    return (window_t){array, 0, run->row_words, run->column_words};
}

static void drive_nothing(run_t *run, const window_t *window) {
    for (uint32_t word = 0; word < window->row_words; word += 1) {
        run->active[word] = 0;
        run->inputs[word] = 0;
    }
}

void conformance_drive_random(run_t *run, const window_t *window, uint32_t count, uint32_t seed) {
    drive_nothing(run, window);
    const uint32_t rows = window->row_words * 32u;
    /* Selection sampling: each set of `count` rows is about as likely as any other. */
    for (uint32_t row = 0; row < rows; row += 1) {
        const uint32_t random = conformance_mix(seed, row, count);
        if ((random >> 1) % (rows - row) < count) {
            run->active[row / 32u] |= 1u << row % 32u;
            run->inputs[row / 32u] |= (random & 1u) << row % 32u;
            count -= 1;
        }
    }
}

void conformance_drive_row(run_t *run, const window_t *window, uint32_t row, bool input) {
    drive_nothing(run, window);
    const uint32_t bit = row - window->first_row;
    run->active[bit / 32u] = 1u << bit % 32u;
    run->inputs[bit / 32u] = (input ? 1u : 0u) << bit % 32u;
}

bool conformance_mac(run_t *run, const window_t *window, uint32_t poison) {
    const baynn_cim_mac_t operation = {.struct_bytes = sizeof operation,
                                       .array = window->array,
                                       .first_row = window->first_row,
                                       .row_words = window->row_words,
                                       .column_words = window->column_words,
                                       .count_planes = run->count_planes,
                                       .active = run->active,
                                       .inputs = run->inputs};
    const uint32_t words = run->count_planes * window->column_words;
    for (uint32_t word = 0; word < words; word += 1) {
        run->results[word] = poison;
    }
    for (uint32_t word = 0; word < FENCE_WORDS; word += 1) {
        run->results[words + word] = FENCE;
    }
    const baynn_status_t status = run->driver->mac(run->context, &operation, run->results);
    if (status != BAYNN_OK) {
        return conformance_fail(run, "mac in array % from row % on (% words) returned #",
                                window->array, window->first_row, window->row_words,
                                (uint32_t)status);
    }
    for (uint32_t word = 0; word < FENCE_WORDS; word += 1) {
        if (run->results[words + word] != FENCE) {
            return conformance_fail(run, "mac wrote beyond its % planes of % words",
                                    run->count_planes, window->column_words, 0, 0);
        }
    }
    return true;
}

uint32_t conformance_count_of(const run_t *run, const window_t *window, uint32_t column) {
    uint32_t count = 0;
    for (uint32_t plane = 0; plane < run->count_planes; plane += 1) {
        const uint32_t word = run->results[plane * window->column_words + column / 32u];
        count |= (word >> column % 32u & 1u) << plane;
    }
    return count;
}

uint32_t conformance_count_expected(const run_t *run, const contents_t *contents,
                                    const window_t *window, uint32_t column) {
    uint32_t count = 0;
    for (uint32_t bit = 0; bit < window->row_words * 32u; bit += 1) {
        if ((run->active[bit / 32u] >> bit % 32u & 1u) != 0) {
            const uint32_t input = run->inputs[bit / 32u] >> bit % 32u & 1u;
            const uint32_t weights = conformance_contents_word(
                run, contents, window->array, window->first_row + bit, column / 32u);
            count += (weights >> column % 32u & 1u) == input ? 1u : 0u;
        }
    }
    return count;
}

/* The lowest row that is driven. */
static uint32_t lowest_row(const run_t *run, const window_t *window) {
    uint32_t bit = 0;
    while (bit < window->row_words * 32u && (run->active[bit / 32u] >> bit % 32u & 1u) == 0) {
        bit += 1;
    }
    return window->first_row + bit;
}

bool conformance_mac_and_compare(run_t *run, const contents_t *contents, const window_t *window) {
    if (!conformance_mac(run, window, UINT32_MAX)) {
        return false;
    }
    const uint32_t row = lowest_row(run, window);
    for (uint32_t column = 0; column < window->column_words * 32u; column += 1) {
        conformance_tally_enter(run, window->array, row, column,
                                conformance_count_expected(run, contents, window, column),
                                conformance_count_of(run, window, column));
    }
    return true;
}
