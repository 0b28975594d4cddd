/* SPDX-License-Identifier: Apache-2.0
 *
 * The seam between BayNN and an array that computes in memory (CIM): what a driver of
 * silicon implements. The emulated array is reached through the same table, and
 * Tests/Conformance proves that a driver keeps to this contract.
 *
 * The device. `arrays` arrays of `rows` x `columns` cells. A cell holds one binary weight:
 * bit 1 is +1, bit 0 is -1. A mac operation drives some rows of one array, each with an
 * input bit (1 is +1, 0 is -1), and counts in each column the driven cells whose weight
 * equals the input of their row: a number between 0 and the number of driven rows. What is
 * not driven does not count. A stochastic unit gives random bits with a given probability.
 * Cells keep their weights without power.
 *
 * Bit rows. Row i, or column i, is bit i mod 32 of word i / 32. Bits beyond the last one
 * are 0 in what the library passes; what a driver writes there is ignored.
 *
 * Errors. An operation returns BAYNN_OK or an error, which reaches the caller of the
 * library unchanged: a value of the driver's own, -2000 or below, or one of
 * BAYNN_ERROR_CIM_..., BAYNN_CIM_DEVICE_... or BAYNN_CIM_EMULATOR_... where it fits. Any other
 * value, a positive one too, reaches the caller as BAYNN_ERROR_CIM_DRIVER. After an error, results
 * are undefined and the device must still accept operations. Arguments that are out of range are
 * an error too, which may also be BAYNN_ERROR_ARGUMENT (the library passes none), and leave all
 * weights as they are. No operation blocks for ever: a driver that waits gives up.
 */
#ifndef BAYNN_CIM_DRIVER_H
#define BAYNN_CIM_DRIVER_H

#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most rows, and the most columns, of an array. */
#define BAYNN_CIM_LINES_MAX 4096u
/** The most arrays. */
#define BAYNN_CIM_ARRAYS_MAX 65536u
/** The most random bits that one operation asks for. */
#define BAYNN_CIM_RANDOM_BITS_MAX 65536u

/* Bits of baynn_cim_driver_t.capabilities: optional operations that the driver has. All
 * other bits are reserved and 0. */

/** read is there; else rows are read by driving one at a time. */
#define BAYNN_CIM_CAN_READ 0x1u
/** erase is there; else rows are overwritten. */
#define BAYNN_CIM_CAN_ERASE 0x2u
/** wear is there; else wear is unknown. */
#define BAYNN_CIM_CAN_WEAR 0x4u
/** temperature is there; else it is unknown. */
#define BAYNN_CIM_CAN_TEMPERATURE 0x8u

/** The shape of a device. It does not change while the device is in use. */
typedef struct baynn_cim_geometry_t {
    /** sizeof(baynn_cim_geometry_t), set by the library. */
    uint32_t struct_bytes;
    /** 1 to BAYNN_CIM_ARRAYS_MAX. */
    uint32_t arrays;
    /** Of each array: multiples of 32, 32 to BAYNN_CIM_LINES_MAX. */
    uint32_t rows;
    uint32_t columns;
    /** The most rows that one mac drives: 1 to rows. The more, the harder it is to tell
     *  neighbouring counts apart. */
    uint32_t active_rows_max;
    /** Stochastic units: 1 or more. Bits of one operation may come from all of them. */
    uint32_t random_units;
} baynn_cim_geometry_t;

/** One analog operation: a read of some rows of an array in all columns at once. */
typedef struct baynn_cim_mac_t {
    /** sizeof(baynn_cim_mac_t), set by the library. */
    uint32_t struct_bytes;
    uint32_t array;
    /** The row that bit 0 of active and inputs stands for: a multiple of 32. */
    uint32_t first_row;
    /** Words of active and inputs. */
    uint32_t row_words;
    /** Columns to convert, in words of 32, from column 0 on. */
    uint32_t column_words;
    /** Planes of a count: the bits that it takes to write active_rows_max. */
    uint32_t count_planes;
    /** Rows to drive, at least 1 and at most active_rows_max. */
    const uint32_t *active;
    /** Their inputs; 0 where active is 0. */
    const uint32_t *inputs;
} baynn_cim_mac_t;

/** A driver: a constant table. context is what the caller gave to the library along with
 *  it; the library never looks into it. Operations are called one at a time. */
typedef struct baynn_cim_driver_t {
    /** sizeof(baynn_cim_driver_t). */
    uint32_t struct_bytes;
    /** BAYNN_CIM_CAN_... */
    uint32_t capabilities;

    /** Tells the shape. geometry->struct_bytes is set; the driver sets all else. */
    baynn_status_t (*geometry)(void *context, baynn_cim_geometry_t *geometry);

    /** Writes a row of weights, all columns. May return before the cells have settled; any
     *  later operation waits for that. It reports what the device notices; the library
     *  reads rows back to find what it does not. */
    baynn_status_t (*program)(void *context, uint32_t array, uint32_t row, const uint32_t *weights);

    /** Counts. Receives the counts bit-sliced, as the library's kernels use them: bit p of
     *  the count of column c is bit c mod 32 of counts[p * column_words + c / 32]. All
     *  count_planes * column_words words are written. baynn_cim_put_count helps. */
    baynn_status_t (*mac)(void *context, const baynn_cim_mac_t *mac, uint32_t *counts);

    /** Gives `count` independent random bits, 1 to BAYNN_CIM_RANDOM_BITS_MAX, each 1 with
     *  a probability of probability_q16 / 65536, 1 to 65535. */
    baynn_status_t (*random)(void *context, uint32_t probability_q16, uint32_t count,
                             uint32_t *bits);

    /** Returns when everything programmed will survive a loss of power. */
    baynn_status_t (*sync)(void *context);

    /* Optional: NULL unless the capability is set. */

    /** Reads a row of weights, all columns, one cell against a reference each. */
    baynn_status_t (*read)(void *context, uint32_t array, uint32_t row, uint32_t *weights);

    /** Sets all weights of an array to 0. */
    baynn_status_t (*erase)(void *context, uint32_t array);

    /** Tells how often the most written row of an array has been written, as far as the
     *  device knows. */
    baynn_status_t (*wear)(void *context, uint32_t array, uint32_t *writes);

    /** Tells the temperature of the array in thousandths of a degree Celsius. */
    baynn_status_t (*temperature)(void *context, int32_t *millidegrees);
} baynn_cim_driver_t;

/** Enters the count of one column into bit-sliced counts that are all 0: for drivers of
 *  devices that give integers. */
static inline void baynn_cim_put_count(const baynn_cim_mac_t *mac, uint32_t *counts,
                                       uint32_t column, uint32_t count) {
    uint32_t *word = counts + column / 32u;
    for (uint32_t plane = 0; plane < mac->count_planes; plane += 1) {
        *word |= ((count >> plane) & 1u) << (column % 32u);
        word += mac->column_words;
    }
}

#ifdef __cplusplus
}
#endif

#endif
