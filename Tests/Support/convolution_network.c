/* SPDX-License-Identifier: Apache-2.0 */
#include "convolution_network.h"

#include "image_builder.h"

enum { CONVOLUTION = 17, AFFINE = 18, CLASSIFICATION = 65 };
enum { CLASSES = 2, HEADER_BYTES = 16, HALF = 1 << 15, OUTPUTS_MAX = 512 };

/* Words are appended as far as there is room, and counted. */
typedef struct writer {
    uint8_t *image;
    size_t room;
    size_t bytes;
    size_t section;
    uint32_t sections;
    uint64_t random;
} writer_t;

static void put(writer_t *writer, uint32_t word) {
    if (writer->bytes + sizeof word <= writer->room) {
        image_write_u32(writer->image, writer->bytes, word);
    }
    writer->bytes += sizeof word;
}

static void begin_section(writer_t *writer, uint32_t kind) {
    writer->sections += 1;
    writer->section = writer->bytes;
    put(writer, kind);
    put(writer, 0);
}

static void end_section(writer_t *writer) {
    if (writer->section + 8 <= writer->room) {
        image_write_u32(writer->image, writer->section + 4,
                        (uint32_t)(writer->bytes - writer->section - 8));
    }
}

static void put_section(writer_t *writer, uint32_t kind, const uint32_t *words, size_t count) {
    begin_section(writer, kind);
    for (size_t i = 0; i < count; i += 1) {
        put(writer, words[i]);
    }
    end_section(writer);
}

static uint32_t lanes_of(uint32_t base, uint32_t outputs) {
    return outputs - base < 32 ? (1u << (outputs - base)) - 1 : 0xFFFFFFFFu;
}

/* Random weights and a row of zeros; for signed inputs the planes of how many ones there are in
 * each lane follow. */
static void put_weights(writer_t *writer, uint32_t rows, uint32_t outputs, uint32_t is_signed) {
    uint32_t totals[OUTPUTS_MAX] = {0};
    for (uint32_t row = 0; row <= rows; row += 1) {
        for (uint32_t base = 0; base < outputs; base += 32) {
            uint32_t word = (uint32_t)(image_random(&writer->random) >> 32);
            word &= row < rows ? lanes_of(base, outputs) : 0;
            put(writer, word);
            for (uint32_t lane = 0; lane < 32 && base + lane < outputs; lane += 1) {
                totals[base + lane] += word >> lane & 1;
            }
        }
    }
    for (uint32_t plane = 0; is_signed && plane < image_width(rows); plane += 1) {
        for (uint32_t base = 0; base < outputs; base += 32) {
            uint32_t word = 0;
            for (uint32_t lane = 0; lane < 32 && base + lane < outputs; lane += 1) {
                word |= (totals[base + lane] >> plane & 1) << lane;
            }
            put(writer, word);
        }
    }
}

/* Planes of thresholds for each state, then inversions: random ones around the bound of the
 * sums, where sums of random weights lie. */
static void put_thresholds(writer_t *writer, uint32_t bound, uint32_t outputs, uint32_t states) {
    uint32_t thresholds[2][OUTPUTS_MAX];
    uint32_t spread = 1;
    while (spread * spread < 4 * bound) {
        spread += 1;
    }
    for (uint32_t state = 0; state < states; state += 1) {
        for (uint32_t output = 0; output < outputs; output += 1) {
            uint32_t threshold = bound + (uint32_t)(image_random(&writer->random) % (2 * spread));
            threshold = threshold < spread ? 0 : threshold - spread;
            thresholds[state][output] = threshold > 2 * bound + 1 ? 2 * bound + 1 : threshold;
        }
        for (uint32_t plane = 0; plane <= image_width(bound); plane += 1) {
            for (uint32_t base = 0; base < outputs; base += 32) {
                uint32_t word = ~lanes_of(base, outputs);
                for (uint32_t lane = 0; lane < 32 && base + lane < outputs; lane += 1) {
                    word |= (thresholds[state][base + lane] >> plane & 1) << lane;
                }
                put(writer, word);
            }
        }
    }
    for (uint32_t state = 0; state < states; state += 1) {
        for (uint32_t base = 0; base < outputs; base += 32) {
            put(writer, (uint32_t)(image_random(&writer->random) >> 32) & lanes_of(base, outputs));
        }
    }
}

static void put_convolution(writer_t *writer, const convolution_t *layer, uint32_t source,
                            uint32_t channels, uint32_t maximum) {
    const uint32_t rows = layer->kernel_y * layer->kernel_x * channels;
    const uint32_t drops = layer->states > 1;
    const uint32_t fields[] = {source,
                               layer->kernel_y,
                               layer->kernel_x,
                               layer->stride_y,
                               layer->stride_x,
                               1,
                               1,
                               layer->pad_y,
                               layer->pad_x,
                               layer->height,
                               layer->width,
                               layer->outputs,
                               1,
                               layer->is_signed,
                               drops,
                               drops ? HALF : 0,
                               1,
                               layer->states,
                               image_width(rows * maximum)};
    begin_section(writer, CONVOLUTION);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i += 1) {
        put(writer, fields[i]);
    }
    put_weights(writer, rows, layer->outputs, layer->is_signed);
    put_thresholds(writer, rows * maximum, layer->outputs, layer->states);
    end_section(writer);
}

/* Bits of elements: 2 x - 1 is positive if x is. */
static void put_affine(writer_t *writer, uint32_t channels, uint32_t states) {
    const uint32_t drops = states > 1;
    const uint32_t fields[] = {0, 1, 0, drops, drops ? HALF : 0, 0};
    begin_section(writer, AFFINE);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i += 1) {
        put(writer, fields[i]);
    }
    for (uint32_t state = 0; state < states; state += 1) {
        for (uint32_t c = 0; c < channels; c += 1) {
            const uint32_t is_inverted = state > 0 && c % 2 == 1;
            put(writer, is_inverted ? (uint32_t)-2 : 2);
            put(writer, is_inverted ? 1 : (uint32_t)-1);
        }
    }
    end_section(writer);
}

static size_t write_network(const convolution_network_t *network, void *image, size_t room) {
    const convolution_t *layer = &network->convolution;
    const uint32_t elements = network->height * network->width * network->channels;
    const uint32_t input[] = {elements, network->maximum, network->height, network->width,
                              network->channels};
    const uint32_t labels[] = {'a' | 'b' << 16};
    const uint32_t head[] = {layer->states > 0 ? CLASSES : layer->outputs, 0};
    const uint32_t bits = network->affine_states > 0;
    writer_t writer = {
        .image = image, .room = room, .bytes = HEADER_BYTES, .random = network->seed};
    put_section(&writer, IMAGE_INPUT, input, 5);
    if (bits) {
        put_affine(&writer, network->channels, network->affine_states);
    }
    put_convolution(&writer, layer, bits, network->channels, bits ? 1 : network->maximum);
    if (layer->states > 0) {
        const convolution_t classes = {.kernel_y = 1,
                                       .kernel_x = 1,
                                       .stride_y = 1,
                                       .stride_x = 1,
                                       .height = layer->height,
                                       .width = layer->width,
                                       .outputs = CLASSES,
                                       .is_signed = 1};
        put_convolution(&writer, &classes, bits + 1, layer->outputs, 1);
    }
    put_section(&writer, CLASSIFICATION, head, 2);
    if (layer->states > 0) {
        put_section(&writer, IMAGE_LABELS, labels, 1);
    } else {
        begin_section(&writer, IMAGE_LABELS);
        /* Names of one letter, and zeros up to a whole word. */
        for (uint32_t k = 0; k < layer->outputs; k += 2) {
            put(&writer, k + 1 < layer->outputs ? labels[0] : 'a');
        }
        end_section(&writer);
    }
    put(&writer, 0);
    if (writer.bytes <= room) {
        image_write_u32(image, 0, 0x1A4E4E42);
        image_write_u32(image, 4, 1);
        image_write_u32(image, 8, (uint32_t)writer.bytes);
        image_write_u32(image, 12, writer.sections);
        image_reseal(image);
    }
    return writer.bytes;
}

size_t convolution_network_bytes(const convolution_network_t *network) {
    return write_network(network, NULL, 0);
}

size_t convolution_network_build(const convolution_network_t *network, void *image, size_t bytes) {
    const size_t needed = convolution_network_bytes(network);
    return needed <= bytes ? write_network(network, image, bytes) : 0;
}

/* The sum of one output at one position. */
static int32_t sum_at(const convolution_t *layer, const uint32_t size[3], const int32_t *values,
                      const uint32_t *rows, uint32_t position, uint32_t output) {
    const uint32_t words = (layer->outputs + 31) / 32;
    int32_t sum = 0;
    for (uint32_t tap = 0; tap < layer->kernel_y * layer->kernel_x; tap += 1) {
        const int64_t y = (int64_t)(position / layer->width) * layer->stride_y +
                          tap / layer->kernel_x - layer->pad_y;
        const int64_t x = (int64_t)(position % layer->width) * layer->stride_x +
                          tap % layer->kernel_x - layer->pad_x;
        if (y < 0 || y >= size[0] || x < 0 || x >= size[1]) {
            continue;
        }
        const int32_t *source = values + (size_t)(y * size[1] + x) * size[2];
        for (uint32_t c = 0; c < size[2]; c += 1) {
            const uint32_t *row = rows + (size_t)(tap * size[2] + c) * words;
            sum += row[output / 32] >> output % 32 & 1 ? source[c] : -source[c];
        }
    }
    return sum;
}

void naive_convolution(const convolution_t *layer, uint32_t height, uint32_t width,
                       uint32_t channels, const int32_t *values, const uint32_t *rows,
                       int32_t *sums) {
    const uint32_t size[3] = {height, width, channels};
    for (uint32_t position = 0; position < layer->height * layer->width; position += 1) {
        for (uint32_t output = 0; output < layer->outputs; output += 1) {
            *sums = sum_at(layer, size, values, rows, position, output);
            sums += 1;
        }
    }
}
