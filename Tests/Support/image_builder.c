/* SPDX-License-Identifier: Apache-2.0 */
#include "include/image_builder.h"

#include <string.h>

uint64_t image_random(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t z = *state;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* About normal with mean 0 and standard deviation 1, Q16: twelve uniform numbers have a
 * sum of variance 1 (Irwin-Hall). */
static int64_t random_normal_q16(uint64_t *state) {
    int64_t sum = 0;
    for (int part = 0; part < 3; part++) {
        uint64_t bits = image_random(state);
        for (int i = 0; i < 4; i++) {
            sum += (int64_t)(bits >> 16 * i & 0xffff);
        }
    }
    return sum - 6 * 65536 + 6;
}

/* floor(sqrt(value)) */
static uint64_t square_root(uint64_t value) {
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 31; bit != 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= value) {
            root += bit;
        }
    }
    return root;
}

/* Division that rounds down; divisor > 0. */
static int64_t floor_divide(int64_t dividend, int64_t divisor) {
    int64_t quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

static int64_t ceiling_divide(int64_t dividend, int64_t divisor) {
    return -floor_divide(-dividend, divisor);
}

/* ---- Sizes ---- */

static size_t row_bytes(uint32_t lanes) {
    return ((size_t)lanes + 31) / 32 * 4;
}

static size_t padded(size_t bytes) {
    return (bytes + 3) / 4 * 4;
}

static uint32_t input_elements(const image_spec_t *spec) {
    return spec->height * spec->width * spec->channels;
}

static size_t dense_bytes(uint32_t inputs, uint32_t maximum, const image_layer_t *layer) {
    uint32_t planes = image_width(inputs * maximum);
    size_t rows = (size_t)inputs + 1;
    rows += maximum == 1 ? image_width(inputs) : 0;
    rows += (size_t)layer->states * (planes + 2);
    return 24 + rows * row_bytes(layer->outputs);
}

static size_t softmax_bytes(uint32_t inputs, uint32_t classes) {
    return 16 + ((size_t)inputs + 1 + image_width(inputs)) * row_bytes(classes) +
           (size_t)classes * 8;
}

/* Writes "class <number>" with its zero byte, if text is not NULL; returns its size. */
static size_t default_label(uint32_t number, char *text) {
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    if (text != NULL) {
        memcpy(text, "class ", 6);
        for (size_t i = 0; i < count; i++) {
            text[6 + i] = digits[count - 1 - i];
        }
        text[6 + count] = 0;
    }
    return 6 + count + 1;
}

static size_t labels_bytes(const image_spec_t *spec) {
    size_t bytes = 0;
    for (uint32_t k = 0; k < spec->classes; k++) {
        bytes += spec->labels != NULL ? strlen(spec->labels[k]) + 1 : default_label(k, NULL);
    }
    return padded(bytes);
}

static size_t answer_bytes(const image_spec_t *spec) {
    return padded(input_elements(spec)) + 12 + (size_t)spec->classes * 4;
}

size_t image_builder_bytes(const image_spec_t *spec) {
    uint32_t inputs = input_elements(spec);
    uint32_t maximum = spec->maximum;
    size_t bytes = 16 + 8 + 20;
    for (uint32_t i = 0; i < spec->layer_count; i++) {
        bytes += 8 + dense_bytes(inputs, maximum, &spec->layers[i]);
        inputs = spec->layers[i].outputs;
        maximum = 1;
    }
    bytes += 8 + softmax_bytes(inputs, spec->classes);
    bytes += 8 + labels_bytes(spec);
    bytes += spec->policy_measure != 0 ? 8 + 16 : 0;
    bytes += spec->answer_count != 0 ? 8 + 4 + spec->answer_count * answer_bytes(spec) : 0;
    bytes += spec->name != NULL ? 8 + padded(strlen(spec->name) + 1) : 0;
    return bytes + 4;
}

/* ---- Writing ---- */

/* An image under construction: end is where the next section comes. */
typedef struct builder {
    uint8_t *image;
    size_t end;
    uint32_t sections;
    uint64_t random;
} builder_t;

/* Starts a section and returns the offset of its payload. */
static size_t add_section(builder_t *builder, uint32_t kind, size_t payload_bytes) {
    image_write_u16(builder->image, builder->end, kind);
    image_write_u16(builder->image, builder->end + 2, 0);
    image_write_u32(builder->image, builder->end + 4, (uint32_t)payload_bytes);
    size_t payload = builder->end + 8;
    memset(builder->image + payload, 0, payload_bytes);
    builder->end = payload + payload_bytes;
    builder->sections++;
    return payload;
}

/* Makes a complete image of the sections so far. */
static void seal(builder_t *builder) {
    image_write_u32(builder->image, 0, 0x1A4E4E42u);
    image_write_u16(builder->image, 4, 1);
    image_write_u16(builder->image, 6, 0);
    image_write_u32(builder->image, 8, (uint32_t)builder->end + 4);
    image_write_u32(builder->image, 12, builder->sections);
    image_reseal(builder->image);
}

static void set_bit(uint8_t *row, uint32_t lane) {
    row[lane / 8] = (uint8_t)(row[lane / 8] | 1u << lane % 8);
}

static uint32_t get_bit(const uint8_t *row, uint32_t lane) {
    return (uint32_t)row[lane / 8] >> lane % 8 & 1u;
}

/* Writes an integer into one lane of a row of integers in planes. */
static void set_planes(uint8_t *matrix, size_t stride, uint32_t planes, uint32_t lane,
                       uint32_t value) {
    for (uint32_t p = 0; p < planes; p++) {
        if ((value >> p & 1u) != 0) {
            set_bit(matrix + p * stride, lane);
        }
    }
}

/* Random weights: inputs rows of lanes, and the row of zeros. */
static uint8_t *add_weights(uint64_t *random, uint8_t *matrix, uint32_t inputs, uint32_t lanes) {
    size_t stride = row_bytes(lanes);
    for (uint32_t i = 0; i < inputs; i++) {
        uint64_t bits = 0;
        for (uint32_t j = 0; j < lanes; j++) {
            bits = j % 64 == 0 ? image_random(random) : bits >> 1;
            if ((bits & 1u) != 0) {
                set_bit(matrix + i * stride, j);
            }
        }
    }
    return matrix + ((size_t)inputs + 1) * stride;
}

/* T_j: number of inputs with weight +1. */
static uint32_t total_of(const uint8_t *weights, uint32_t inputs, uint32_t lanes, uint32_t j) {
    size_t stride = row_bytes(lanes);
    uint32_t total = 0;
    for (uint32_t i = 0; i < inputs; i++) {
        total += get_bit(weights + i * stride, j);
    }
    return total;
}

static uint8_t *add_totals(uint8_t *matrix, const uint8_t *weights, uint32_t inputs,
                           uint32_t lanes) {
    uint32_t planes = image_width(inputs);
    for (uint32_t j = 0; j < lanes; j++) {
        set_planes(matrix, row_bytes(lanes), planes, j, total_of(weights, inputs, lanes, j));
    }
    return matrix + planes * row_bytes(lanes);
}

/* The folding of SPEC.md, 3.2: the threshold A of z >= theta, or with inverted of the
 * negation of z <= theta. With halved, z is the sum of signs 2 v - w, else z = v. */
static uint32_t fold(int64_t theta_q16, int inverted, int halved, int64_t w, int64_t k) {
    int64_t z_q16 = inverted ? (floor_divide(theta_q16, 65536) + 1) * 65536 : theta_q16;
    int64_t v =
        halved ? ceiling_divide(z_q16 + w * 65536, 2 * 65536) : ceiling_divide(z_q16, 65536);
    int64_t a = v + k;
    return (uint32_t)(a < 0 ? 0 : a > 2 * k + 1 ? 2 * k + 1 : a);
}

/* The scale of a kept output, Q16, never 0. */
static int64_t random_scale_q16(uint64_t *random, uint32_t spread_q16) {
    int64_t uniform = (int64_t)(image_random(random) % 131073) - 65536;
    int64_t scale = 65536 + floor_divide(uniform * (int64_t)spread_q16, 65536);
    return scale == 0 ? 1 : scale;
}

static void add_dense(builder_t *builder, const image_spec_t *spec, uint32_t index,
                      uint32_t inputs) {
    const image_layer_t *layer = &spec->layers[index];
    uint32_t maximum = index == 0 ? spec->maximum : 1;
    uint32_t k = inputs * maximum;
    uint32_t planes = image_width(k);
    uint32_t lanes = layer->outputs;
    size_t stride = row_bytes(lanes);
    size_t fields = add_section(builder, IMAGE_DENSE, dense_bytes(inputs, maximum, layer));
    image_write_u32(builder->image, fields, inputs);
    image_write_u32(builder->image, fields + 4, lanes);
    image_write_u32(builder->image, fields + 8, layer->states);
    image_write_u32(builder->image, fields + 12, layer->drop_probability);
    image_write_u32(builder->image, fields + 16, planes);

    uint8_t *weights = builder->image + fields + 24;
    uint8_t *totals = add_weights(&builder->random, weights, inputs, lanes);
    uint8_t *thresholds = maximum == 1 ? add_totals(totals, weights, inputs, lanes) : totals;
    uint8_t *inversions = thresholds + layer->states * ((size_t)planes + 1) * stride;

    /* Batch normalization centres z on its mean over inputs, which is w maximum / 2 in the
     * first layer and about 0 behind signs. */
    int64_t deviation_q8 = (int64_t)square_root((uint64_t)inputs << 16) * 3 / 10;
    for (uint32_t j = 0; j < lanes; j++) {
        int64_t w = 2 * (int64_t)total_of(weights, inputs, lanes, j) - (int64_t)inputs;
        int64_t theta_q16 = floor_divide(random_normal_q16(&builder->random) * deviation_q8, 256);
        if (index == 0) {
            theta_q16 = floor_divide((theta_q16 + w * 65536) * (int64_t)maximum, 2);
        }
        int negative_gamma = image_random(&builder->random) % 16 == 0;
        int64_t scale_q16 = random_scale_q16(&builder->random, spec->scale_spread_q16);
        for (uint32_t state = 0; state < layer->states; state++) {
            /* A single state is that of a layer without scale: as dropped. */
            int kept = layer->states == 2 && state == 0;
            int64_t a_q16 = kept ? scale_q16 : 65536;
            int64_t scaled_q16 = a_q16 > 0 ? floor_divide(theta_q16 * 65536, a_q16)
                                           : floor_divide(-theta_q16 * 65536, -a_q16);
            int inverted = (a_q16 < 0) != (negative_gamma != 0);
            uint32_t threshold = fold(scaled_q16, inverted, index != 0, w, k);
            set_planes(thresholds + state * ((size_t)planes + 1) * stride, stride, planes + 1, j,
                       threshold);
            if (inverted) {
                set_bit(inversions + state * stride, j);
            }
        }
    }
    for (uint32_t row = 0; row < layer->states * (planes + 1); row++) {
        for (uint32_t j = lanes; j < stride * 8; j++) {
            set_bit(thresholds + row * stride, j);
        }
    }
}

static void add_softmax(builder_t *builder, uint32_t inputs, uint32_t classes) {
    size_t fields = add_section(builder, IMAGE_SOFTMAX, softmax_bytes(inputs, classes));
    image_write_u32(builder->image, fields, inputs);
    image_write_u32(builder->image, fields + 4, classes);
    image_write_u32(builder->image, fields + 8, image_width(inputs));

    uint8_t *weights = builder->image + fields + 16;
    uint8_t *totals = add_weights(&builder->random, weights, inputs, classes);
    uint8_t *pairs = add_totals(totals, weights, inputs, classes);

    /* logit = s z + b with s = 2 / sqrt(inputs) and b about N(0, 1/4): logits deviate by
     * about 2 nats. */
    int64_t s_q20 = ((int64_t)2 << 28) / (int64_t)square_root((uint64_t)inputs << 16);
    for (uint32_t j = 0; j < classes; j++) {
        int64_t w = 2 * (int64_t)total_of(weights, inputs, classes, j) - (int64_t)inputs;
        int64_t b_q20 = floor_divide(random_normal_q16(&builder->random), 4) * 16;
        int64_t bias = b_q20 - s_q20 * w;
        image_write_u32(pairs, (size_t)j * 8, (uint32_t)(2 * s_q20));
        image_write_u32(pairs, (size_t)j * 8 + 4, (uint32_t)(uint64_t)bias);
    }
}

static void add_labels(builder_t *builder, const image_spec_t *spec) {
    size_t payload = add_section(builder, IMAGE_LABELS, labels_bytes(spec));
    char *text = (char *)builder->image + payload;
    for (uint32_t k = 0; k < spec->classes; k++) {
        if (spec->labels != NULL) {
            size_t bytes = strlen(spec->labels[k]) + 1;
            memcpy(text, spec->labels[k], bytes);
            text += bytes;
        } else {
            text += default_label(k, text);
        }
    }
}

static void add_policy(builder_t *builder, const image_spec_t *spec) {
    size_t payload = add_section(builder, IMAGE_POLICY, 16);
    image_write_u32(builder->image, payload, spec->policy_measure);
    image_write_u32(builder->image, payload + 4, spec->policy_threshold_q16);
    image_write_u32(builder->image, payload + 8, spec->policy_rate_q16);
    image_write_u32(builder->image, payload + 12,
                    spec->policy_samples != 0 ? spec->policy_samples : 1);
}

/* The answers go behind a complete image without them, which they are computed from; their
 * section's header, which takes the place of that image's checksum, comes last. */
static void add_answers(builder_t *builder, const image_spec_t *spec) {
    seal(builder);
    size_t image_bytes = builder->end + 4;
    uint32_t elements = input_elements(spec);
    size_t payload = builder->end + 8;
    uint8_t *p = builder->image + payload + 4;
    for (uint32_t i = 0; i < spec->answer_count; i++) {
        uint8_t *input = p;
        memset(input, 0, padded(elements));
        for (uint32_t e = 0; e < elements; e++) {
            input[e] = (uint8_t)(image_random(&builder->random) % (spec->maximum + 1));
        }
        p += padded(elements);
        image_answer_t answer = {0, 0, 0, NULL};
        answer.probability_q31 = (uint32_t *)(void *)(p + 12);
        spec->answer(spec->answer_context, builder->image, image_bytes, input, &answer);
        image_write_u32(p, 0, answer.label);
        image_write_u32(p, 4, answer.entropy_q16);
        image_write_u32(p, 8, answer.mutual_information_q16);
        p += 12;
        for (uint32_t k = 0; k < spec->classes; k++) {
            image_write_u32(p, 0, answer.probability_q31[k]);
            p += 4;
        }
    }
    image_write_u16(builder->image, builder->end, IMAGE_ANSWERS);
    image_write_u16(builder->image, builder->end + 2, 0);
    image_write_u32(builder->image, builder->end + 4,
                    (uint32_t)(4 + spec->answer_count * answer_bytes(spec)));
    image_write_u32(builder->image, payload, spec->answer_count);
    builder->end = payload + 4 + spec->answer_count * answer_bytes(spec);
    builder->sections++;
}

static void add_name(builder_t *builder, const char *name) {
    size_t bytes = strlen(name) + 1;
    size_t payload = add_section(builder, IMAGE_NAME, padded(bytes));
    memcpy(builder->image + payload, name, bytes);
}

size_t image_builder_build(const image_spec_t *spec, void *image, size_t bytes) {
    if (bytes < image_builder_bytes(spec)) {
        return 0;
    }
    builder_t builder = {(uint8_t *)image, 16, 0, spec->seed};
    size_t input = add_section(&builder, IMAGE_INPUT, 20);
    image_write_u32(image, input, input_elements(spec));
    image_write_u32(image, input + 4, spec->maximum);
    image_write_u32(image, input + 8, spec->height);
    image_write_u32(image, input + 12, spec->width);
    image_write_u32(image, input + 16, spec->channels);

    uint32_t inputs = input_elements(spec);
    for (uint32_t i = 0; i < spec->layer_count; i++) {
        add_dense(&builder, spec, i, inputs);
        inputs = spec->layers[i].outputs;
    }
    add_softmax(&builder, inputs, spec->classes);
    add_labels(&builder, spec);
    if (spec->policy_measure != 0) {
        add_policy(&builder, spec);
    }
    if (spec->answer_count != 0) {
        add_answers(&builder, spec);
    }
    if (spec->name != NULL) {
        add_name(&builder, spec->name);
    }
    seal(&builder);
    return builder.end + 4;
}
