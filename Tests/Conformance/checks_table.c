/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's table, and the geometry that it tells.
 */
#include "conformance_run.h"

bool check_table_size(run_t *run) {
    const uint32_t bytes = run->driver->struct_bytes;
    return bytes >= sizeof(baynn_cim_driver_t) ||
           conformance_fail(run, "expected struct_bytes of at least %, found %: set it with sizeof",
                            (uint32_t)sizeof(baynn_cim_driver_t), bytes, 0, 0);
}

bool check_table_capabilities(run_t *run) {
    const baynn_cim_driver_t *driver = run->driver;
    const uint32_t capabilities = driver->capabilities;
    const uint32_t known =
        BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE | BAYNN_CIM_CAN_WEAR | BAYNN_CIM_CAN_TEMPERATURE;
    if ((capabilities & ~known) != 0) {
        return conformance_fail(run, "capabilities are %: the reserved bits % must be 0",
                                capabilities, capabilities & ~known, 0, 0);
    }
    const uint32_t present = (driver->read != NULL ? BAYNN_CIM_CAN_READ : 0u) |
                             (driver->erase != NULL ? BAYNN_CIM_CAN_ERASE : 0u) |
                             (driver->wear != NULL ? BAYNN_CIM_CAN_WEAR : 0u) |
                             (driver->temperature != NULL ? BAYNN_CIM_CAN_TEMPERATURE : 0u);
    return present == capabilities ||
           conformance_fail(run,
                            "capabilities are %, but the operations that are there are those of %",
                            capabilities, present, 0, 0);
}

bool check_table_operations(run_t *run) {
    const baynn_cim_driver_t *driver = run->driver;
    const uint32_t present = (driver->geometry != NULL ? 1u : 0u) +
                             (driver->program != NULL ? 1u : 0u) + (driver->mac != NULL ? 1u : 0u) +
                             (driver->random != NULL ? 1u : 0u) + (driver->sync != NULL ? 1u : 0u);
    return present == 5 ||
           conformance_fail(run,
                            "geometry, program, mac, random and sync are not optional: "
                            "expected 5 operations, found %",
                            present, 0, 0, 0);
}

/* Asks for the geometry with a fence behind it. */
static bool ask(run_t *run, baynn_cim_geometry_t *geometry) {
    struct {
        baynn_cim_geometry_t geometry;
        uint32_t fence;
    } fenced = {.geometry = {.struct_bytes = sizeof(baynn_cim_geometry_t)}, .fence = FENCE};
    const baynn_status_t status = run->driver->geometry(run->context, &fenced.geometry);
    *geometry = fenced.geometry;
    if (status != BAYNN_OK) {
        return conformance_fail(run, "geometry returned #", (uint32_t)status, 0, 0, 0);
    }
    if (fenced.fence != FENCE) {
        return conformance_fail(run, "geometry wrote beyond its structure of % bytes",
                                (uint32_t)sizeof(baynn_cim_geometry_t), 0, 0, 0);
    }
    return geometry->struct_bytes == sizeof(baynn_cim_geometry_t) ||
           conformance_fail(run, "geometry changed struct_bytes from % to %",
                            (uint32_t)sizeof(baynn_cim_geometry_t), geometry->struct_bytes, 0, 0);
}

static bool lines_are_valid(uint32_t lines) {
    return lines >= 32 && lines <= BAYNN_CIM_LINES_MAX && lines % 32u == 0;
}

bool check_geometry_range(run_t *run) {
    baynn_cim_geometry_t found;
    if (!ask(run, &found)) {
        return false;
    }
    if (found.arrays < 1 || found.arrays > BAYNN_CIM_ARRAYS_MAX) {
        return conformance_fail(run, "expected 1 to % arrays, found %", BAYNN_CIM_ARRAYS_MAX,
                                found.arrays, 0, 0);
    }
    if (!lines_are_valid(found.rows) || !lines_are_valid(found.columns)) {
        return conformance_fail(run, "expected multiples of 32 up to %, found % rows and % columns",
                                BAYNN_CIM_LINES_MAX, found.rows, found.columns, 0);
    }
    if (found.active_rows_max < 1 || found.active_rows_max > found.rows) {
        return conformance_fail(run, "expected active_rows_max of 1 to %, found %", found.rows,
                                found.active_rows_max, 0, 0);
    }
    if (found.random_units < 1) {
        return conformance_fail(run, "expected 1 or more random units, found 0", 0, 0, 0, 0);
    }
    run->geometry = found;
    return true;
}

bool check_geometry_constant(run_t *run) {
    const baynn_cim_geometry_t *first = &run->geometry;
    for (uint32_t i = 0; i < 4; i += 1) {
        baynn_cim_geometry_t next;
        if (!ask(run, &next)) {
            return false;
        }
        if (next.arrays != first->arrays || next.rows != first->rows ||
            next.columns != first->columns) {
            return conformance_fail(
                run, "% arrays of % rows became % arrays of % rows, or columns changed",
                first->arrays, first->rows, next.arrays, next.rows);
        }
        if (next.active_rows_max != first->active_rows_max ||
            next.random_units != first->random_units) {
            return conformance_fail(run, "active_rows_max % became %, random_units % became %",
                                    first->active_rows_max, next.active_rows_max,
                                    first->random_units, next.random_units);
        }
    }
    return true;
}
