/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "image_builder.h"

/* Mutations that know what an image is. */

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t bytes_max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned int seed);

void reseal(uint8_t *image, size_t bytes) {
    if (bytes < 20) {
        return;
    }
    uint32_t image_bytes = image_read_u32(image, 8);
    if (image_bytes < 20 || image_bytes > bytes) {
        image_write_u32(image, 8, (uint32_t)(bytes & ~(size_t)3));
    }
    image_reseal(image);
}

/* Changes a field at the start of some section's payload: by one, or to a value of weight. */
static void change_field(uint8_t *image, size_t bytes, uint64_t random) {
    static const uint32_t values[] = {
        0, 1, 2, 3, 4, 8, 16, 255, 256, 511, 4096, 65535, 1 << 16, 1 << 24, 1u << 31, UINT32_MAX};
    enum { SECTIONS_MAX = 80, FIELDS = 20 };
    size_t starts[SECTIONS_MAX];
    uint32_t count = 0;
    size_t offset = 16;
    while (count < SECTIONS_MAX && offset + 12 <= bytes) {
        starts[count++] = offset;
        offset += 8 + (size_t)image_read_u32(image, offset + 4);
    }
    if (count == 0) {
        return;
    }
    size_t start = starts[image_random(&random) % count];
    size_t at = start + 8 + image_random(&random) % FIELDS * 4;
    if (at + 4 > bytes) {
        return;
    }
    uint32_t old = image_read_u32(image, at);
    uint64_t choice = image_random(&random) % 24;
    uint32_t value = choice < 16 ? values[choice] : choice < 20 ? old + 1 : old - 1;
    image_write_u32(image, at, value);
}

/* Without resealing hardly any mutation would get past the checksum. Half of them do; and one
 * in four changes a field and nothing else. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned int seed) {
    if (seed % 4 == 2 && bytes > sizeof(control_t)) {
        change_field(data, bytes - sizeof(control_t), seed);
    } else {
        bytes = LLVMFuzzerMutate(data, bytes, bytes_max);
    }
    if (seed % 2 == 0 && bytes > sizeof(control_t)) {
        reseal(data, bytes - sizeof(control_t));
    }
    return bytes;
}
