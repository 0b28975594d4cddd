/* SPDX-License-Identifier: Apache-2.0 */
#include "convolution_image.h"

#include "image_builder.h"

enum { CONVOLUTION = 17, CLASSIFICATION = 65, HEADER_BYTES = 16, OUTPUTS_MAX = 64 };

/* Words are appended; a section's size is known when it ends. */
typedef struct writer {
    void *image;
    size_t bytes;
    size_t section;
    uint64_t random;
} writer_t;

static void put(writer_t *writer, uint32_t word) {
    image_write_u32(writer->image, writer->bytes, word);
    writer->bytes += sizeof word;
}

static void begin_section(writer_t *writer, uint32_t kind) {
    writer->section = writer->bytes;
    put(writer, kind);
    put(writer, 0);
}

static void end_section(writer_t *writer) {
    image_write_u32(writer->image, writer->section + 4,
                    (uint32_t)(writer->bytes - writer->section - 8));
}

/* A layer of bits: SPEC.md, 3.9. */
typedef struct convolution {
    uint32_t source;
    uint32_t kernel;
    uint32_t outputs;
    /* 1: bits out, where the sum is at least 0. 0: integers out. */
    uint32_t states;
} convolution_t;

/* Random weights, then the planes of how many ones there are in each lane. */
static void put_weights(writer_t *writer, uint32_t rows, uint32_t outputs) {
    uint32_t totals[OUTPUTS_MAX] = {0};
    for (uint32_t row = 0; row <= rows; row += 1) {
        for (uint32_t base = 0; base < outputs; base += 32) {
            const uint32_t lanes = outputs - base < 32 ? (1u << (outputs - base)) - 1 : 0xFFFFFFFFu;
            const uint32_t word = (uint32_t)(image_random(&writer->random) >> 32) & lanes;
            put(writer, row < rows ? word : 0);
            for (uint32_t lane = 0; row < rows && lane < 32 && base + lane < outputs; lane += 1) {
                totals[base + lane] += word >> lane & 1;
            }
        }
    }
    for (uint32_t plane = 0; plane < image_width(rows); plane += 1) {
        for (uint32_t base = 0; base < outputs; base += 32) {
            uint32_t word = 0;
            for (uint32_t lane = 0; lane < 32 && base + lane < outputs; lane += 1) {
                word |= (totals[base + lane] >> plane & 1) << lane;
            }
            put(writer, word);
        }
    }
}

static void put_row(writer_t *writer, uint32_t outputs, uint32_t word) {
    for (uint32_t base = 0; base < outputs; base += 32) {
        put(writer, word);
    }
}

/* Planes of the threshold, which is the bound of the sum: a bit is set if the sum is at least
 * 0. Then the inversions: none. Without padding lanes. */
static void put_thresholds(writer_t *writer, uint32_t bound, uint32_t outputs) {
    for (uint32_t plane = 0; plane <= image_width(bound); plane += 1) {
        put_row(writer, outputs, bound >> plane & 1 ? 0xFFFFFFFFu : 0);
    }
    put_row(writer, outputs, 0);
}

static void put_convolution(writer_t *writer, const convolution_t *layer) {
    const uint32_t rows = layer->kernel * layer->kernel * CONVOLUTION_CHANNELS;
    const uint32_t pad = layer->kernel / 2;
    const uint32_t is_signed = 1;
    const uint32_t fields[] = {
        layer->source,    layer->kernel,    layer->kernel,  1, 1,         1, 1, pad, pad,
        CONVOLUTION_SIDE, CONVOLUTION_SIDE, layer->outputs, 1, is_signed, 0, 0, 1,   layer->states,
        image_width(rows)};
    begin_section(writer, CONVOLUTION);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i += 1) {
        put(writer, fields[i]);
    }
    put_weights(writer, rows, layer->outputs);
    if (layer->states > 0) {
        put_thresholds(writer, rows, layer->outputs);
    }
    end_section(writer);
}

static void put_section(writer_t *writer, uint32_t kind, const uint32_t *words, size_t count) {
    begin_section(writer, kind);
    for (size_t i = 0; i < count; i += 1) {
        put(writer, words[i]);
    }
    end_section(writer);
}

size_t convolution_image(void *image, bool has_layer) {
    const convolution_t first = {
        .source = 0, .kernel = 1, .outputs = CONVOLUTION_CHANNELS, .states = 1};
    const convolution_t layer = {
        .source = 1, .kernel = 3, .outputs = CONVOLUTION_CHANNELS, .states = 1};
    const convolution_t last = {.source = has_layer ? 2 : 1, .kernel = 1, .outputs = 2};
    const uint32_t input[] = {CONVOLUTION_INPUTS, 1, CONVOLUTION_SIDE, CONVOLUTION_SIDE,
                              CONVOLUTION_CHANNELS};
    const uint32_t head[] = {2, 0};
    const uint32_t labels[] = {'a' | 'b' << 16};
    const uint32_t magic = 0x1A4E4E42, format = 1, sections = has_layer ? 6 : 5;
    writer_t writer = {.image = image, .bytes = HEADER_BYTES, .random = 4};
    put_section(&writer, IMAGE_INPUT, input, 5);
    put_convolution(&writer, &first);
    if (has_layer) {
        put_convolution(&writer, &layer);
    }
    put_convolution(&writer, &last);
    put_section(&writer, CLASSIFICATION, head, 2);
    put_section(&writer, IMAGE_LABELS, labels, 1);
    put(&writer, 0);
    image_write_u32(image, 0, magic);
    image_write_u32(image, 4, format);
    image_write_u32(image, 8, (uint32_t)writer.bytes);
    image_write_u32(image, 12, sections);
    image_reseal(image);
    return writer.bytes;
}
