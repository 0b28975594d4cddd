/* SPDX-License-Identifier: Apache-2.0 */
#include "synthetic_inputs.h"

enum { ROUNDS = 10, BLOCK_WORDS = 4 };

/* Constants of the paper. */
static const uint32_t multipliers[2] = {0xD2511F53u, 0xCD9E8D57u};
static const uint32_t weyl[2] = {0x9E3779B9u, 0xBB67AE85u};

/* Replaces a counter by its random words. */
static void philox(uint32_t block[BLOCK_WORDS], uint32_t key0, uint32_t key1) {
    for (int round = 0; round < ROUNDS; round += 1) {
        const uint64_t a = (uint64_t)multipliers[0] * block[0];
        const uint64_t b = (uint64_t)multipliers[1] * block[2];
        block[0] = (uint32_t)(b >> 32) ^ block[1] ^ key0;
        block[1] = (uint32_t)b;
        block[2] = (uint32_t)(a >> 32) ^ block[3] ^ key1;
        block[3] = (uint32_t)a;
        key0 += weyl[0];
        key1 += weyl[1];
    }
}

void synthetic_input(uint32_t seed, uint32_t index, uint32_t maximum, uint8_t *input,
                     size_t elements) {
    uint32_t block[BLOCK_WORDS] = {0};
    for (size_t e = 0; e < elements; e += 1) {
        if (e % BLOCK_WORDS == 0) {
            block[0] = (uint32_t)(e / BLOCK_WORDS);
            block[1] = index;
            block[2] = 0;
            block[3] = 0;
            philox(block, seed, 0);
        }
        input[e] = (uint8_t)(block[e % BLOCK_WORDS] % (maximum + 1));
    }
}
