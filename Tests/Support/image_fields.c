/* SPDX-License-Identifier: Apache-2.0 */
#include "include/image_builder.h"

/* Reading, patching and resealing images. */

uint32_t image_read_u16(const void *image, size_t offset) {
    const uint8_t *p = (const uint8_t *)image + offset;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

uint32_t image_read_u32(const void *image, size_t offset) {
    return image_read_u16(image, offset) | image_read_u16(image, offset + 2) << 16;
}

void image_write_u16(void *image, size_t offset, uint32_t value) {
    uint8_t *p = (uint8_t *)image + offset;
    p[0] = (uint8_t)(value & 0xff);
    p[1] = (uint8_t)(value >> 8 & 0xff);
}

void image_write_u32(void *image, size_t offset, uint32_t value) {
    image_write_u16(image, offset, value & 0xffff);
    image_write_u16(image, offset + 2, value >> 16);
}

uint32_t image_crc32(const void *data, size_t bytes) {
    const uint8_t *p = (const uint8_t *)data;
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < bytes; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
        }
    }
    return crc ^ 0xFFFFFFFFu;
}

void image_reseal(void *image) {
    size_t end = (size_t)image_read_u32(image, 8) - 4;
    image_write_u32(image, end, image_crc32(image, end));
}

uint32_t image_width(uint32_t value) {
    uint32_t width = 0;
    for (; value != 0; value >>= 1) {
        width++;
    }
    return width;
}

size_t image_section(const void *image, uint32_t kind, uint32_t index) {
    size_t end = (size_t)image_read_u32(image, 8) - 4;
    size_t offset = 16;
    while (offset + 8 <= end) {
        if (image_read_u16(image, offset) == kind) {
            if (index == 0) {
                return offset;
            }
            index--;
        }
        offset += 8 + (size_t)image_read_u32(image, offset + 4);
    }
    return 0;
}

image_parts_t image_dense_parts(const void *image, uint32_t index) {
    size_t input = image_section(image, IMAGE_INPUT, 0) + 8;
    image_parts_t parts;
    parts.section = image_section(image, IMAGE_DENSE, index);
    parts.fields = parts.section + 8;
    uint32_t inputs = image_read_u32(image, parts.fields);
    uint32_t outputs = image_read_u32(image, parts.fields + 4);
    uint32_t states = image_read_u32(image, parts.fields + 8);
    uint32_t planes = image_read_u32(image, parts.fields + 16);
    uint32_t maximum = index == 0 ? image_read_u32(image, input + 4) : 1;
    uint32_t total_planes = maximum == 1 ? image_width(inputs) : 0;
    parts.row_bytes = ((size_t)outputs + 31) / 32 * 4;
    parts.weights = parts.fields + 24;
    parts.totals = parts.weights + ((size_t)inputs + 1) * parts.row_bytes;
    parts.thresholds = parts.totals + total_planes * parts.row_bytes;
    parts.inversions = parts.thresholds + states * ((size_t)planes + 1) * parts.row_bytes;
    parts.end = parts.inversions + states * parts.row_bytes;
    return parts;
}

image_parts_t image_softmax_parts(const void *image) {
    image_parts_t parts;
    parts.section = image_section(image, IMAGE_SOFTMAX, 0);
    parts.fields = parts.section + 8;
    uint32_t inputs = image_read_u32(image, parts.fields);
    uint32_t classes = image_read_u32(image, parts.fields + 4);
    parts.row_bytes = ((size_t)classes + 31) / 32 * 4;
    parts.weights = parts.fields + 16;
    parts.totals = parts.weights + ((size_t)inputs + 1) * parts.row_bytes;
    parts.thresholds = parts.totals + image_width(inputs) * parts.row_bytes;
    parts.inversions = parts.thresholds;
    parts.end = parts.thresholds + (size_t)classes * 8;
    return parts;
}
