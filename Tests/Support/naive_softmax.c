/* SPDX-License-Identifier: Apache-2.0 */
#include "naive_layout.h"

/* SPEC.md, section 4. */

static uint32_t mulhi(uint32_t a, uint32_t b) {
    return (uint32_t)((uint64_t)a * b >> 32);
}

static uint32_t alternating(const uint32_t *c, int count, uint32_t x) {
    uint32_t h = c[count - 1];
    for (int i = count - 2; i >= 0; i--) {
        h = c[i] - mulhi(h, x);
    }
    return h;
}

static uint32_t bit_count(uint64_t v) {
    uint32_t bits = 0;
    for (; v != 0; v >>= 1) {
        bits++;
    }
    return bits;
}

uint32_t naive_exponential(uint32_t d_q20) {
    static const uint32_t E[7] = {2977044461u, 1031764709u, 238385872u, 41299337u,
                                  5703901u,    633215u,     46675u};
    uint64_t t = (uint64_t)d_q20 * 1549082005u;
    uint32_t k = (uint32_t)(t >> 50);
    uint32_t x = (uint32_t)(t >> 18 & 0xFFFFFFFFu);
    uint32_t h = alternating(E, 7, x);
    return k > 31 ? 0 : ((1u << 31) - (mulhi(h, x) >> 1)) >> k;
}

uint32_t naive_logarithm(uint64_t v) {
    static const uint32_t N[10] = {2147483379u, 1073727812u, 715573461u, 534554208u, 417113320u,
                                   315493452u,  208116103u,  104895395u, 34113688u,  5206850u};
    uint32_t b = bit_count(v);
    uint32_t m = (uint32_t)(b <= 32 ? v << (32 - b) : v >> (b - 32));
    uint32_t x = m << 1;
    return mulhi(alternating(N, 10, x), x) >> 4;
}

void naive_softmax(const int32_t *logits, uint32_t classes, uint32_t *probability_q31,
                   uint32_t *entropy_q27) {
    uint32_t top = 0;
    for (uint32_t k = 1; k < classes; k++) {
        if (logits[k] > logits[top]) {
            top = k;
        }
    }
    uint64_t sum = 0;
    for (uint32_t k = 0; k < classes; k++) {
        sum += naive_exponential((uint32_t)((int64_t)logits[top] - logits[k]));
    }
    uint32_t s = bit_count(sum) - 32;
    uint64_t r = 0x7FFFFFFFFFFFFFFFu / (sum >> s);
    uint32_t others = 0;
    uint64_t expectation = 0;
    for (uint32_t k = 0; k < classes; k++) {
        if (k != top) {
            uint32_t d = (uint32_t)((int64_t)logits[top] - logits[k]);
            uint32_t p = (uint32_t)(naive_exponential(d) * r >> (32 + s));
            probability_q31[k] = p;
            others += p;
            expectation += (uint64_t)p * d;
        }
    }
    probability_q31[top] = (1u << 31) - others;
    *entropy_q27 = s * 93032640u + naive_logarithm(sum) + (uint32_t)(expectation >> 24);
}
