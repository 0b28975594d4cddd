/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

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

enum { SECTIONS_MAX = 80, FIELDS = 20 };

static const uint32_t values[] = {0,   1,   2,    3,     4,       8,       16,       255,
                                  256, 511, 4096, 65535, 1 << 16, 1 << 24, 1u << 31, UINT32_MAX};

/* Where sections begin, and where the last one ends. */
typedef struct sections {
    size_t starts[SECTIONS_MAX + 1];
    uint32_t count;
} sections_t;

static sections_t find_sections(const uint8_t *image, size_t bytes) {
    sections_t found = {.count = 0};
    size_t offset = 16;
    while (found.count < SECTIONS_MAX && offset + 12 <= bytes) {
        size_t payload = image_read_u32(image, offset + 4);
        if (payload > bytes - offset - 12) {
            break;
        }
        found.starts[found.count++] = offset;
        offset += 8 + payload;
    }
    found.starts[found.count] = offset;
    return found;
}

/* Changes a field at the start of some section's payload, or one of its last words: by one, or to
 * a value of weight. */
static void change_field(uint8_t *image, size_t bytes, uint64_t random) {
    sections_t sections = find_sections(image, bytes);
    if (sections.count == 0) {
        return;
    }
    uint32_t index = (uint32_t)(image_random(&random) % sections.count);
    size_t start = sections.starts[index];
    size_t word = image_random(&random) % FIELDS * 4;
    size_t at = start + 8 + word;
    if (image_random(&random) % 4 == 0 && word + 12 <= sections.starts[index + 1] - start) {
        at = sections.starts[index + 1] - 4 - word;
    }
    if (at + 4 > bytes) {
        return;
    }
    uint32_t old = image_read_u32(image, at);
    uint64_t choice = image_random(&random) % 24;
    uint32_t value = choice < 16 ? values[choice] : choice < 20 ? old + 1 : old - 1;
    image_write_u32(image, at, value);
}

/* Moves the tail of the data; 0 bytes come in, or bytes go. */
static size_t resize(uint8_t *data, size_t bytes, size_t at, size_t old_size, size_t new_size) {
    memmove(data + at + new_size, data + at + old_size, bytes - at - old_size);
    if (new_size > old_size) {
        memset(data + at + old_size, 0, new_size - old_size);
    }
    return bytes - old_size + new_size;
}

/* A section becomes longer, shorter or another kind, goes, or comes a second time; sizes and the
 * number of sections stay right. The image is followed by the control block. Returns the size. */
static size_t change_sections(uint8_t *data, size_t bytes, size_t bytes_max, uint64_t random) {
    static const uint16_t kinds[] = {1,  16, 17, 18, 19, 20, 21, 22, 23, 24,
                                     25, 64, 65, 66, 67, 80, 81, 82, 83, 84};
    size_t image_bytes = bytes - sizeof(control_t);
    sections_t sections = find_sections(data, image_bytes);
    if (sections.count == 0) {
        return bytes;
    }
    uint32_t index = (uint32_t)(image_random(&random) % sections.count);
    size_t start = sections.starts[index];
    size_t size = sections.starts[index + 1] - start;
    uint32_t count = image_read_u32(data, 12);
    size_t words = 4 * (1 + image_random(&random) % 3);
    switch (image_random(&random) % 5) {
    case 0:
        if (bytes + words > bytes_max) {
            return bytes;
        }
        image_write_u32(data, start + 4, (uint32_t)(size - 8 + words));
        bytes = resize(data, bytes, start + size, 0, words);
        break;
    case 1:
        if (size < 8 + words) {
            return bytes;
        }
        image_write_u32(data, start + 4, (uint32_t)(size - 8 - words));
        bytes = resize(data, bytes, start + size - words, words, 0);
        break;
    case 2:
        image_write_u16(data, start,
                        kinds[image_random(&random) % (sizeof kinds / sizeof kinds[0])]);
        break;
    case 3:
        image_write_u32(data, 12, count - 1);
        bytes = resize(data, bytes, start, size, 0);
        break;
    default:
        if (bytes + size > bytes_max) {
            return bytes;
        }
        image_write_u32(data, 12, count + 1);
        bytes = resize(data, bytes, start + size, 0, size);
        memcpy(data + start + size, data + start, size);
    }
    image_write_u32(data, 8, (uint32_t)(bytes - sizeof(control_t)));
    return bytes;
}

/* Without resealing hardly any mutation would get past the checksum. Half of them do; and three in
 * eight change a field, or sections as a whole, and nothing else. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned int seed) {
    if (seed % 4 == 2 && bytes > sizeof(control_t)) {
        change_field(data, bytes - sizeof(control_t), seed);
    } else if (seed % 8 == 4 && bytes > sizeof(control_t) + 28) {
        bytes = change_sections(data, bytes, bytes_max, seed);
    } else {
        bytes = LLVMFuzzerMutate(data, bytes, bytes_max);
    }
    if (seed % 2 == 0 && bytes > sizeof(control_t)) {
        reseal(data, bytes - sizeof(control_t));
    }
    return bytes;
}
