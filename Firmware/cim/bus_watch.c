/* SPDX-License-Identifier: Apache-2.0 */
#include "bus_watch.h"

static bus_watch_t *look(void *context, uint32_t words) {
    bus_watch_t *watch = context;
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    watch->deepest = here < watch->deepest ? here : watch->deepest;
    watch->words += words;
    return watch;
}

static baynn_status_t read32(void *context, uint32_t address, uint32_t *value) {
    bus_watch_t *watch = look(context, 1);
    return watch->behind.read32(watch->context, address, value);
}

static baynn_status_t write32(void *context, uint32_t address, uint32_t value) {
    bus_watch_t *watch = look(context, 1);
    return watch->behind.write32(watch->context, address, value);
}

const baynn_cim_bus_t bus_watch_bus = {
    .struct_bytes = sizeof bus_watch_bus, .read32 = read32, .write32 = write32};

void bus_watch_clear(bus_watch_t *watch) {
    watch->words = 0;
    watch->deepest = UINTPTR_MAX;
}

uint32_t bus_watch_stack_bytes(const bus_watch_t *watch, const uint32_t *mark) {
    const uintptr_t top = (uintptr_t)mark;
    return watch->deepest < top ? (uint32_t)(top - watch->deepest) : 0;
}
