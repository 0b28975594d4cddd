/* SPDX-License-Identifier: Apache-2.0 */
#include "reference_operations.h"

/* SplitMix64. */
uint32_t device_random_q16(device_t *device) {
    device->random_state += 0x9E3779B97F4A7C15u;
    uint64_t value = device->random_state;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(value >> 48);
}

static uint32_t random_bit(device_t *device, uint32_t probability_q16) {
    switch (device->fault) {
    case FAULT_RANDOM_STUCK:
        return 0;
    case FAULT_RANDOM_IGNORES_P:
        return device_random_q16(device) & 1u;
    case FAULT_RANDOM_P_INVERTED:
        return device_random_q16(device) < probability_q16 ? 0 : 1;
    case FAULT_RANDOM_P_8_BITS:
        return device_random_q16(device) < (probability_q16 & 0xFF00u) ? 1 : 0;
    case FAULT_RANDOM_CORRELATED:
        /* A reset that fails once in eight. */
        if (device->last_bit == 1 && device_random_q16(device) % 8 == 0) {
            return 1;
        }
        break;
    default:
        break;
    }
    return device_random_q16(device) < probability_q16 ? 1 : 0;
}

baynn_status_t device_random_bits(void *context, uint32_t probability_q16, uint32_t count,
                                  uint32_t *bits) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (probability_q16 < 1 || probability_q16 > 65535 || count < 1 ||
        count > BAYNN_CIM_RANDOM_BITS_MAX) {
        return device_refuse(device, FAULT_ERROR_SWALLOWED_RANDOM);
    }
    if (device->fault == FAULT_RANDOM_REPEATS) {
        device->random_state = 7;
    }
    for (uint32_t index = 0; index < count; index += 1) {
        const uint32_t word = index / 32;
        uint32_t bit = random_bit(device, probability_q16);
        if (device->fault == FAULT_RANDOM_FIRST_BIT && index == 0) {
            bit = 0;
        }
        if (device->fault == FAULT_RANDOM_LAST_WORD && word > 0 && count - index <= count % 32) {
            continue;
        }
        device->last_bit = bit;
        bits[word] = (bits[word] & ~(1u << index % 32)) | bit << index % 32;
    }
    if (device->fault == FAULT_RANDOM_OVERRUN) {
        bits[(count + 31) / 32] = 0;
    }
    return BAYNN_OK;
}
