/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* for MAP_ANONYMOUS */

#include <sys/mman.h>
#include <unistd.h>

#include "vectors.h"

/* A step beyond the memory is a crash, not a value that happens to be harmless. */

enum { FRONT_BYTES = 64, MARK = 0xC3 };

fence_t fence_make(size_t bytes, size_t alignment) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t usable = (bytes + FRONT_BYTES + alignment + page - 1) / page * page;
    fence_t fence = {.mapped_bytes = usable + page, .bytes = bytes};
    fence.pages =
        mmap(NULL, fence.mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(fence.pages != MAP_FAILED);
    assert_int_equal(mprotect(fence.pages + usable, page, PROT_NONE), 0);
    fence.memory = fence.pages + (usable - bytes) / alignment * alignment;
    memset(fence.pages, MARK, usable);
    return fence;
}

void fence_check(const fence_t *fence) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 1; i <= FRONT_BYTES; i++) {
        assert_int_equal(fence->memory[-(ptrdiff_t)i], MARK);
    }
    const uint8_t *end = fence->pages + fence->mapped_bytes - page;
    for (const uint8_t *byte = fence->memory + fence->bytes; byte < end; byte++) {
        assert_int_equal(*byte, MARK);
    }
}

void fence_free(fence_t fence) {
    munmap(fence.pages, fence.mapped_bytes);
}
