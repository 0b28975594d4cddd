/* SPDX-License-Identifier: Apache-2.0
 *
 * What a ledger of operations costs, given what each operation costs.
 */
#ifndef BAYNN_CIM_ENERGY_H
#define BAYNN_CIM_ENERGY_H

#include <stdint.h>

#include "cim.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Energies in attojoules (1e-18 J), times in picoseconds. baynn_cim_costs_default fills in
 *  the figures of SPEC.md section 9, each with its source; all but cell_read_aj are marked
 *  there as assumptions. Exchange what you know better. */
typedef struct baynn_cim_costs_t {
    /** sizeof(baynn_cim_costs_t). */
    uint32_t struct_bytes;
    /** Reserved, 0. */
    uint32_t reserved;
    /** Driving and sensing one cell. */
    uint32_t cell_read_aj;
    /** Converting one column's current. */
    uint32_t conversion_aj;
    /** Adding one count to a running sum. */
    uint32_t accumulation_aj;
    /** One random bit: reset, write and read of the unit's MTJ. */
    uint32_t random_bit_aj;
    /** Writing one cell, both of its MTJs. */
    uint32_t cell_write_aj;
    /** Reading one cell against a reference. */
    uint32_t cell_verify_aj;
    /** Moving one word of 32 bits. */
    uint32_t buffer_word_aj;
    /** A mac without its conversions; one conversion. */
    uint32_t mac_ps;
    uint32_t conversion_ps;
    /** Columns that are converted at the same time, 1 or more. */
    uint32_t converters;
    /** One random bit of one unit. */
    uint32_t random_bit_ps;
    /** Writing a row, all cells at once. */
    uint32_t row_write_ps;
} baynn_cim_costs_t;

/** Energy in femtojoules (1e-15 J) by kind of operation, and time in nanoseconds if one
 *  operation comes after the other. Rounded down, the total too: it may be up to 6 fJ above the
 *  sum of its parts. Saturates at UINT64_MAX. */
typedef struct baynn_cim_energy_t {
    /** sizeof(baynn_cim_energy_t), set by the caller. */
    uint32_t struct_bytes;
    /** Reserved, 0. */
    uint32_t reserved;
    uint64_t total_fj;
    uint64_t cell_read_fj;
    uint64_t conversion_fj;
    uint64_t accumulation_fj;
    uint64_t random_bit_fj;
    uint64_t cell_write_fj;
    uint64_t cell_verify_fj;
    uint64_t buffer_fj;
    uint64_t time_ns;
} baynn_cim_energy_t;

/** The costs of SPEC.md section 9.
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT (struct_bytes) */
baynn_status_t baynn_cim_costs_default(baynn_cim_costs_t *costs);

/** Energy and time of a ledger.
 *  @param costs        optional
 *  @param random_units units that give bits at the same time, 1 or more
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT (struct_bytes, reserved, converters or random_units of
 *          0) */
baynn_status_t baynn_cim_energy(const baynn_cim_ledger_t *ledger, const baynn_cim_costs_t *costs,
                                uint32_t random_units, baynn_cim_energy_t *energy);

#ifdef __cplusplus
}
#endif

#endif
