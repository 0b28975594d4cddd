/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "support.h"

image_t file_at(const char *path) {
    image_t file = {NULL, 0};
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        return file;
    }
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    file.bytes = (size_t)ftell(stream);
    rewind(stream);
    file.data = malloc(file.bytes + 1);
    assert_non_null(file.data);
    assert_int_equal(fread(file.data, 1, file.bytes, stream), file.bytes);
    file.data[file.bytes] = 0;
    fclose(stream);
    return file;
}

image_t file_read(const char *variable, const char *name) {
    const char *folder = getenv(variable);
    if (folder == NULL) {
        skip();
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    image_t file = file_at(path);
    if (file.data == NULL) {
        fail_msg("cannot open %s", path);
    }
    return file;
}
