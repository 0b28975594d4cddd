/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_builder.h"
#include "naive_network.h"

/* Writes seeds for fuzz_image: seeds FOLDER [IMAGE...]. Each is an image followed by a
 * control block (see fuzz_image.c). */

enum { CONTROL_BYTES = 16, SETTINGS = 5 };

static void write_seed(const char *folder, int number, const void *image, size_t bytes) {
    char path[4096];
    /* posterior, memory, passes, cut_shift, work_shift, reseal, damage_value, input_kind;
     * input_seed and damage_offset. */
    const uint8_t control[CONTROL_BYTES] = {(uint8_t)(number % SETTINGS),
                                            (uint8_t)(number / SETTINGS % 2 + number % 3 / 2 * 16),
                                            7,
                                            25,
                                            (uint8_t)(number % 3 * 5),
                                            (uint8_t)(number % 2),
                                            (uint8_t)(number % 4 == 0 ? 1 << number % 8 : 0),
                                            (uint8_t)number,
                                            1,
                                            0,
                                            0,
                                            0,
                                            (uint8_t)(44 + number),
                                            0,
                                            0,
                                            0};
    snprintf(path, sizeof path, "%s/seed-%03d", folder, number);
    FILE *stream = fopen(path, "wb");
    if (stream == NULL || fwrite(image, 1, bytes, stream) != bytes ||
        fwrite(control, 1, CONTROL_BYTES, stream) != CONTROL_BYTES || fclose(stream) != 0) {
        perror(path);
        exit(1);
    }
}

static void build_seed(const char *folder, int number, const image_spec_t *spec) {
    size_t bytes = image_builder_bytes(spec);
    void *image = malloc(bytes);
    if (image == NULL || image_builder_build(spec, image, bytes) != bytes) {
        exit(1);
    }
    write_seed(folder, number, image, bytes);
    free(image);
}

static void copy_seed(const char *folder, int number, const char *path) {
    static uint32_t image[1 << 18];
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        perror(path);
        exit(1);
    }
    size_t bytes = fread(image, 1, sizeof image, stream);
    fclose(stream);
    write_seed(folder, number, image, bytes);
}

/* A network of up to three layers. */
typedef struct shape {
    uint32_t side;
    uint32_t maximum;
    image_layer_t layers[3];
    uint32_t layer_count;
    uint32_t classes;
    uint32_t policy_measure;
    uint32_t answers;
    const char *name;
} shape_t;

static const shape_t shapes[] = {
    {1, 1, {{1, 1, 0}}, 1, 2, 0, 0, NULL},
    {1, 255, {{1, 2, 1}}, 1, 2, 0, 1, "x"},
    {2, 1, {{3, 2, 65535}, {2, 2, 32768}}, 2, 3, 1, 2, "two sites"},
    {3, 4, {{40, 2, 9830}, {33, 1, 0}}, 2, 3, 2, 1, NULL},
    {3, 16, {{31, 2, 9830}, {32, 2, 20000}, {33, 2, 40000}}, 3, 10, 1, 1, "three sites"},
    {4, 1, {{64, 1, 0}, {65, 2, 9830}}, 2, 33, 0, 0, NULL},
    {5, 255, {{8, 2, 9830}, {8, 2, 9830}, {8, 2, 9830}}, 3, 4, 2, 3, "four"},
    {1, 2, {{129, 1, 0}}, 1, 2, 0, 0, "wide"},
    {8, 16, {{16, 2, 6554}, {16, 1, 0}, {16, 2, 6554}}, 3, 10, 1, 0, NULL},
    {2, 128, {{5, 1, 0}, {6, 1, 0}, {7, 1, 0}}, 3, 5, 0, 2, "deterministic"},
    {6, 3, {{1, 2, 50000}, {1, 2, 50000}}, 2, 2, 1, 1, "narrow"},
    {3, 1, {{4, 2, 9830}}, 1, 100, 0, 0, "many classes"},
};

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s FOLDER [IMAGE...]\n", argv[0]);
        return 2;
    }
    int number = 0;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const shape_t *shape = &shapes[i];
        image_spec_t spec = {.height = shape->side,
                             .width = shape->side,
                             .channels = 1,
                             .maximum = shape->maximum,
                             .layers = shape->layers,
                             .layer_count = shape->layer_count,
                             .classes = shape->classes,
                             .seed = i,
                             .scale_spread_q16 = 50000,
                             .policy_measure = shape->policy_measure,
                             .policy_threshold_q16 = 30000,
                             .name = shape->name,
                             .answer_count = shape->answers,
                             .answer = naive_answer};
        build_seed(argv[1], number++, &spec);
    }
    /* As many sites as there can be. */
    image_layer_t deep[32];
    for (int i = 0; i < 32; i++) {
        deep[i] = (image_layer_t){2, 2, 9830};
    }
    image_spec_t spec = {.height = 1,
                         .width = 2,
                         .channels = 1,
                         .maximum = 1,
                         .layers = deep,
                         .layer_count = 12,
                         .classes = 2};
    build_seed(argv[1], number++, &spec);
    spec.layer_count = 32;
    build_seed(argv[1], number++, &spec);
    for (int i = 2; i < argc; i++) {
        copy_seed(argv[1], number++, argv[i]);
    }
    return 0;
}
