/* SPDX-License-Identifier: Apache-2.0
 *
 * Random bits: where they are written, how often they are 1, and whether they depend on each
 * other. Limits are by Bernstein's inequality: a sum of N independent bits with variance v
 * each is further than t = L/3 + sqrt(L^2/9 + 2 L N v) above its mean with a probability of
 * at most exp(-L), and as far below it. With L = 21, 2 exp(-L) < 2^-29.
 */
#include "conformance_run.h"

static uint32_t square_root_above(uint64_t value) {
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 31; bit != 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= value) {
            root += bit;
        }
    }
    return (uint32_t)root + 1u;
}

/* t above, for a sum of N v = variance. */
static uint64_t deviation_max(uint64_t variance) {
    return 7u + square_root_above(49u + 42u * variance);
}

static bool draw(run_t *run, uint32_t probability_q16, uint32_t count, uint32_t poison) {
    const uint32_t words = (count + 31u) / 32u;
    for (uint32_t word = 0; word < words; word += 1) {
        run->results[word] = poison;
    }
    for (uint32_t word = 0; word < FENCE_WORDS; word += 1) {
        run->results[words + word] = FENCE;
    }
    const baynn_status_t status =
        run->driver->random(run->context, probability_q16, count, run->results);
    if (status != BAYNN_OK) {
        return conformance_fail(run, "random of % bits with probability %/65536 returned #", count,
                                probability_q16, (uint32_t)status, 0);
    }
    for (uint32_t word = 0; word < FENCE_WORDS; word += 1) {
        if (run->results[words + word] != FENCE) {
            return conformance_fail(run, "random of % bits wrote beyond its % words", count, words,
                                    0, 0);
        }
    }
    return true;
}

static uint32_t bit_at(const run_t *run, uint32_t index) {
    return run->results[index / 32u] >> index % 32u & 1u;
}

/* Of a fair bit, 64 draws contain a 1 but for a probability of 2^-64, and 64 others a 0. What
 * was there before the draw is the opposite, so that a bit that is not written is found. */
static bool edge(run_t *run, uint32_t count) {
    uint32_t ever_one[2] = {0, 0};
    uint32_t ever_zero[2] = {0, 0};
    for (uint32_t turn = 0; turn < 128; turn += 1) {
        if (!draw(run, 32768, count, turn % 2u == 0 ? 0 : UINT32_MAX)) {
            return false;
        }
        for (uint32_t word = 0; word < (count + 31u) / 32u; word += 1) {
            ever_one[word] |= turn % 2u == 0 ? run->results[word] : 0;
            ever_zero[word] |= turn % 2u == 1 ? ~run->results[word] : 0;
        }
    }
    for (uint32_t index = 0; index < count; index += 1) {
        const uint32_t both = ever_one[index / 32u] & ever_zero[index / 32u];
        if ((both >> index % 32u & 1u) == 0) {
            return conformance_fail(
                run, "of % bits, bit % is the same 64 times at probability 1/2, or not written",
                count, index, 0, 0);
        }
    }
    return true;
}

bool check_random_edges(run_t *run) {
    if (!edge(run, 1) || !edge(run, 31) || !edge(run, 32) || !edge(run, 33) || !edge(run, 64)) {
        return false;
    }
    const uint32_t last = BAYNN_CIM_RANDOM_BITS_MAX / 32u - 1u;
    if (!draw(run, 32768, BAYNN_CIM_RANDOM_BITS_MAX, 0)) {
        return false;
    }
    return run->results[last] != 0 || run->results[last - 1u] != 0 ||
           conformance_fail(run, "of % bits, the last 64 are not written",
                            BAYNN_CIM_RANDOM_BITS_MAX, 0, 0, 0);
}

bool check_random_fresh(run_t *run) {
    uint32_t first[8];
    if (!draw(run, 32768, 256, 0)) {
        return false;
    }
    for (uint32_t word = 0; word < 8; word += 1) {
        first[word] = run->results[word];
    }
    if (!draw(run, 32768, 256, 0)) {
        return false;
    }
    for (uint32_t word = 0; word < 8; word += 1) {
        if (first[word] != run->results[word]) {
            return true;
        }
    }
    return conformance_fail(run, "two operations gave the same 256 bits", 0, 0, 0, 0);
}

/* Variance of N bits of a probability. */
static uint64_t variance_of(uint64_t bits, uint64_t p_q16) {
    return (bits * p_q16 >> 16) * (65536u - p_q16) >> 16;
}

static bool frequency(run_t *run, uint32_t p_q16) {
    const uint32_t total = run->options.random_bits;
    uint32_t ones = 0;
    for (uint32_t done = 0; done < total;) {
        const uint32_t rest = total - done;
        const uint32_t count = rest < BAYNN_CIM_RANDOM_BITS_MAX ? rest : BAYNN_CIM_RANDOM_BITS_MAX;
        if (!draw(run, p_q16, count, done == 0 ? 0 : UINT32_MAX)) {
            return false;
        }
        for (uint32_t index = 0; index < count; index += 1) {
            ones += bit_at(run, index);
        }
        done += count;
    }
    const uint32_t slack = run->options.probability_error_q16_max;
    const uint64_t low_q16 = p_q16 > slack ? p_q16 - slack : 0;
    const uint64_t high_q16 = p_q16 + slack < 65536u ? p_q16 + slack : 65536u;
    const uint64_t low = total * low_q16 >> 16;
    const uint64_t low_deviation = deviation_max(variance_of(total, low_q16) + 1);
    const uint64_t low_limit = low > low_deviation ? low - low_deviation : 0;
    const uint64_t high_limit =
        (total * high_q16 >> 16) + 1 + deviation_max(variance_of(total, high_q16) + 1);
    return (ones >= low_limit && ones <= high_limit) ||
           conformance_fail(run, "probability %/65536: expected % to % ones, found %", p_q16,
                            (uint32_t)low_limit, (uint32_t)high_limit, ones);
}

bool check_random_frequency(run_t *run) {
    static const uint32_t probabilities_q16[] = {655, 6554, 13107, 32768, 52429, 64881};
    for (uint32_t i = 0; i < sizeof probabilities_q16 / sizeof probabilities_q16[0]; i += 1) {
        if (!frequency(run, probabilities_q16[i])) {
            return false;
        }
    }
    return true;
}

bool check_random_extremes(run_t *run) {
    return frequency(run, 1) && frequency(run, 65535);
}

/* Ones, and pairs of ones `lag` apart that share no bit with another pair of their half. */
typedef struct pairs {
    uint32_t lag;
    uint32_t both[2];
    uint32_t total[2];
} pairs_t;

static void count_pairs(const run_t *run, uint32_t count, pairs_t *pairs) {
    for (uint32_t index = 0; index + pairs->lag < count; index += 1) {
        const uint32_t half = index / pairs->lag % 2u;
        pairs->total[half] += 1;
        pairs->both[half] += bit_at(run, index) & bit_at(run, index + pairs->lag);
    }
}

/* Independent bits are both 1 with the square of their probability: of the one asked for or,
 * if that may be off, of the one found. */
static bool pairs_are_independent(run_t *run, const pairs_t *pairs, uint32_t half, uint32_t p_q16,
                                  uint32_t ones, uint32_t bits) {
    const uint64_t slack = run->options.probability_error_q16_max;
    const uint64_t total = pairs->total[half];
    uint64_t low_q16 = p_q16;
    uint64_t high_q16 = p_q16;
    if (slack != 0) {
        const uint64_t off = deviation_max(bits / 4u);
        low_q16 = ones > off ? ((ones - off) << 16) / bits : 0;
        high_q16 = ((ones + off) << 16) / bits + 1;
    }
    /* Units whose probabilities differ by up to the slack add at most its square. */
    const uint64_t spread = (total * slack >> 16) * slack >> 16;
    const uint64_t low = (total * low_q16 >> 16) * low_q16 >> 16;
    const uint64_t high = ((total * high_q16 >> 16) * high_q16 >> 16) + 2;
    const uint64_t off = deviation_max(high) + spread;
    const uint64_t low_limit = low > off ? low - off : 0;
    const uint32_t found = pairs->both[half];
    return (found >= low_limit && found <= high + off) ||
           conformance_fail(run, "bits % apart: expected % to % pairs of ones, found %", pairs->lag,
                            (uint32_t)low_limit, (uint32_t)(high + off), found);
}

static bool correlation(run_t *run, uint32_t p_q16) {
    const uint32_t bits = run->options.random_bits;
    const uint32_t units = run->geometry.random_units;
    pairs_t pairs[2] = {{.lag = 1}, {.lag = units <= bits / 8u ? units : 1u}};
    uint32_t ones = 0;
    for (uint32_t done = 0; done < bits;) {
        const uint32_t rest = bits - done;
        const uint32_t count = rest < BAYNN_CIM_RANDOM_BITS_MAX ? rest : BAYNN_CIM_RANDOM_BITS_MAX;
        if (!draw(run, p_q16, count, 0)) {
            return false;
        }
        for (uint32_t index = 0; index < count; index += 1) {
            ones += bit_at(run, index);
        }
        count_pairs(run, count, &pairs[0]);
        count_pairs(run, count, &pairs[1]);
        done += count;
    }
    for (uint32_t i = 0; i < 4; i += 1) {
        if (!pairs_are_independent(run, &pairs[i / 2], i % 2u, p_q16, ones, bits)) {
            return false;
        }
    }
    return true;
}

bool check_random_correlation(run_t *run) {
    return correlation(run, 13107) && correlation(run, 32768);
}
