/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IMAGE_EDIT_H
#define IMAGE_EDIT_H

#include "support.h"

/* Edits of an image that move what comes behind. They keep image_bytes right, and leave
 * the checksum to image_reseal. */

static inline void edit_size(image_t *image, size_t bytes) {
    image->bytes = bytes;
    image_write_u32(image->data, 8, (uint32_t)bytes);
}

/** Makes room for zero bytes at an offset. */
static inline void edit_insert(image_t *image, size_t offset, size_t bytes) {
    image->data = realloc(image->data, image->bytes + bytes);
    assert_non_null(image->data);
    memmove(image->data + offset + bytes, image->data + offset, image->bytes - offset);
    memset(image->data + offset, 0, bytes);
    edit_size(image, image->bytes + bytes);
}

static inline void edit_remove(image_t *image, size_t offset, size_t bytes) {
    memmove(image->data + offset, image->data + offset + bytes, image->bytes - offset - bytes);
    edit_size(image, image->bytes - bytes);
}

static inline void edit_add_u32(image_t *image, size_t offset, uint32_t delta) {
    image_write_u32(image->data, offset, image_read_u32(image->data, offset) + delta);
}

/** Size of a section with its header. */
static inline size_t edit_section_bytes(const image_t *image, size_t section) {
    return 8 + (size_t)image_read_u32(image->data, section + 4);
}

/** Makes room at the end of a section's payload. */
static inline void edit_grow_section(image_t *image, uint32_t kind, size_t bytes) {
    size_t section = image_section(image->data, kind, 0);
    edit_insert(image, section + edit_section_bytes(image, section), bytes);
    edit_add_u32(image, section + 4, (uint32_t)bytes);
}

static inline void edit_shrink_section(image_t *image, uint32_t kind, size_t bytes) {
    size_t section = image_section(image->data, kind, 0);
    edit_remove(image, section + edit_section_bytes(image, section) - bytes, bytes);
    edit_add_u32(image, section + 4, 0u - (uint32_t)bytes);
}

static inline void edit_remove_section(image_t *image, uint32_t kind) {
    size_t section = image_section(image->data, kind, 0);
    edit_remove(image, section, edit_section_bytes(image, section));
    edit_add_u32(image, 12, 0u - 1u);
}

/** Repeats a section right behind itself. */
static inline void edit_repeat_section(image_t *image, uint32_t kind) {
    size_t section = image_section(image->data, kind, 0);
    size_t bytes = edit_section_bytes(image, section);
    edit_insert(image, section + bytes, bytes);
    memcpy(image->data + section + bytes, image->data + section, bytes);
    edit_add_u32(image, 12, 1);
}

/** Moves a section to where another one starts that comes before it. */
static inline void edit_move_section(image_t *image, uint32_t kind, uint32_t before) {
    size_t to = image_section(image->data, before, 0);
    size_t from = image_section(image->data, kind, 0);
    size_t bytes = edit_section_bytes(image, from);
    edit_insert(image, to, bytes);
    memcpy(image->data + to, image->data + from + bytes, bytes);
    edit_remove(image, from + bytes, bytes);
}

static inline void edit_flip(image_t *image, size_t offset, uint32_t bit) {
    image->data[offset + bit / 8] = (uint8_t)(image->data[offset + bit / 8] ^ 1u << bit % 8);
}

#endif
