/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Doubles the room. */
static bool grow(uint8_t **content, size_t *room) {
    const size_t larger = *room == 0 ? 32768 : *room * 2;
    uint8_t *moved = realloc(*content, larger);
    if (moved != NULL) {
        *content = moved;
        *room = larger;
    }
    return moved != NULL;
}

/* Piece by piece, since not everything that can be read tells its size first. */
static bool read_all(FILE *file, uint8_t **content, size_t *bytes) {
    size_t room = 0;
    do {
        if (*bytes == room && !grow(content, &room)) {
            return false;
        }
        *bytes += fread(*content + *bytes, 1, room - *bytes, file);
    } while (!feof(file) && !ferror(file));
    return !ferror(file);
}

uint8_t *file_read(const char *path, size_t *bytes) {
    uint8_t *content = NULL;
    *bytes = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL || !read_all(file, &content, bytes)) {
        fprintf(stderr,
                "digits: cannot read '%s': %s\n"
                "Run it at the root of the repository, or pass the path of the file.\n",
                path, strerror(errno));
        free(content);
        content = NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    return content;
}
