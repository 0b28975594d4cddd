/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts models to the test, one line each, on inputs that need no data: models MODEL...
 * Firmware/models does the same on a microcontroller.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"
#include "trial_line.h"

/* As much as a board may have; a line says how much of it a model takes. */
static uint64_t image[1 << 19];  /* 4 MiB */
static uint64_t memory[1 << 20]; /* 8 MiB */

/* The whole file, or 0 after it has said what is wrong. */
static size_t read_image(const char *path) {
    FILE *file = fopen(path, "rb");
    const size_t bytes = file == NULL ? 0 : fread(image, 1, sizeof image, file);
    const int is_whole = file != NULL && fgetc(file) == EOF && !ferror(file);
    if (file != NULL) {
        fclose(file);
    }
    if (bytes == 0 || !is_whole) {
        fprintf(stderr, "models: '%s' cannot be read, is empty, or is larger than %zu bytes\n",
                path, sizeof image);
        return 0;
    }
    return bytes;
}

/* The name of the file without folder and extension. */
static void name_of(const char *path, char *name, size_t bytes) {
    const char *slash = strrchr(path, '/');
    snprintf(name, bytes, "%s", slash != NULL ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot != NULL) {
        *dot = '\0';
    }
}

static int run(const char *path) {
    const size_t image_bytes = read_image(path);
    if (image_bytes == 0) {
        return EXIT_FAILURE;
    }
    char name[64];
    name_of(path, name, sizeof name);
    trial_t trial;
    text_t text;
    const baynn_status_t status = trial_run(image, image_bytes, memory, sizeof memory, &trial);
    trial_line("host", name, status, sizeof memory, &trial, &text);
    puts(text.line);
    fflush(stdout);
    return status == BAYNN_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s MODEL..., for example Examples/Models/*/*.baynn\n", argv[0]);
        return EXIT_FAILURE;
    }
    int result = EXIT_SUCCESS;
    for (int i = 1; i < argc; i += 1) {
        if (run(argv[i]) != EXIT_SUCCESS) {
            result = EXIT_FAILURE;
        }
    }
    return result;
}
