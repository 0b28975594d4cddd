/* SPDX-License-Identifier: Apache-2.0 */
#include "loaded_model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE_BYTES_MAX = 1 << 22 };

void require(baynn_status_t status, const char *what) {
    if (status != BAYNN_OK) {
        fprintf(stderr, "%s: %s\n", what, baynn_status_name(status));
        exit(EXIT_FAILURE);
    }
}

static void *allocate(size_t bytes) {
    void *memory = malloc(bytes);
    if (memory == NULL) {
        fprintf(stderr, "no memory for %zu bytes\n", bytes);
        exit(EXIT_FAILURE);
    }
    return memory;
}

/* A file that is cut off at the most that there is room for does not open as a model. */
static size_t read_image(loaded_model_t *loaded, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "cannot read '%s': %s\nRun it at the root of the repository.\n", path,
                strerror(errno));
        exit(EXIT_FAILURE);
    }
    loaded->image = allocate(IMAGE_BYTES_MAX);
    const size_t bytes = fread(loaded->image, 1, IMAGE_BYTES_MAX, file);
    fclose(file);
    return bytes;
}

void loaded_model_open(loaded_model_t *loaded, const char *path) {
    const size_t image_bytes = read_image(loaded, path);
    require(baynn_model_open(&loaded->model, loaded->image, image_bytes, baynn_parts_all), path);
    loaded->info.struct_bytes = sizeof loaded->info;
    require(baynn_model_info(&loaded->model, &loaded->info), path);

    size_t bytes, test_bytes;
    require(baynn_session_storage_bytes(&loaded->model, NULL, &bytes), "session size");
    require(baynn_self_test_storage_bytes(&loaded->model, &test_bytes), "self-test size");
    bytes = bytes > test_bytes ? bytes : test_bytes;
    loaded->storage = allocate(bytes);

    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    require(baynn_self_test(loaded->storage, bytes, &loaded->model, NULL, &report), "self-test");
    require(baynn_session_init(loaded->storage, bytes, &loaded->model, NULL, &loaded->session),
            "session");
}

void loaded_model_close(loaded_model_t *loaded) {
    free(loaded->storage);
    free(loaded->image);
}
