/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of checks, and the loop over it.
 */
#include "baynn_cim_conformance.h"

#include "conformance_run.h"

/** Bits of a check's needs: the capabilities, and these. */
enum { NEEDS_TWO_ARRAYS = 0x10000, NEEDS_POWER = 0x20000 };

typedef struct check {
    const char *name;
    const char *claim;
    uint32_t needs;
    bool (*passes)(run_t *run);
} check_t;

/* The first ones look at the table and the geometry; if one fails, no other can run. */
enum { TABLE_CHECKS = 4 };

static const check_t checks[] = {
    {"table.size", "struct_bytes is the size of the table", 0, check_table_size},
    {"table.operations", "what is not optional is there", 0, check_table_operations},
    {"table.capabilities", "capabilities tell what is there", 0, check_table_capabilities},
    {"geometry.range", "each size is in its range", 0, check_geometry_range},
    {"geometry.constant", "the geometry does not change", 0, check_geometry_constant},
    {"program.patterns", "rows hold 0, 1 and checkerboards", 0, check_program_patterns},
    {"program.walking", "a single 1 is where it was written", 0, check_program_walking},
    {"program.addresses", "each array, row and column has its own cells", 0,
     check_program_addresses},
    {"program.neighbours", "writing a row leaves the others", 0, check_program_neighbours},
    {"program.settles", "mac right after program sees the new weights", 0, check_program_settles},
    {"read.cells", "read tells the weights of a row", BAYNN_CIM_CAN_READ, check_read_cells},
    {"mac.counts", "counts are right for each number of rows", 0, check_mac_counts},
    {"mac.inputs", "inputs of 1 count ones, inputs of 0 zeros", 0, check_mac_inputs},
    {"mac.undriven", "what is not driven does not count", 0, check_mac_undriven},
    {"mac.windows", "windows of rows and columns begin and end right", 0, check_mac_windows},
    {"mac.planes", "all planes are written, and nothing beyond", 0, check_mac_planes},
    {"mac.repeats", "the same mac counts the same", 0, check_mac_repeats},
    {"mac.keeps", "mac leaves weights as they are", 0, check_mac_keeps},
    {"sync.keeps", "sync ends well and leaves weights", 0, check_sync_keeps},
    {"sync.survives", "weights survive a loss of power", NEEDS_POWER, check_power_survives},
    {"erase.clears", "erase sets all weights to 0", BAYNN_CIM_CAN_ERASE, check_erase_clears},
    {"erase.others", "erase leaves other arrays", NEEDS_TWO_ARRAYS | BAYNN_CIM_CAN_ERASE,
     check_erase_others},
    {"wear.grows", "wear grows with writing", BAYNN_CIM_CAN_WEAR, check_wear_grows},
    {"wear.others", "mac, and writing other arrays, do not wear", BAYNN_CIM_CAN_WEAR,
     check_wear_others},
    {"temperature.plausible", "the temperature is -100 to 300 C and does not jump",
     BAYNN_CIM_CAN_TEMPERATURE, check_temperature_plausible},
    {"random.edges", "1, 31, 32, 33, 64 and most bits are all written", 0, check_random_edges},
    {"random.fresh", "each operation gives new bits", 0, check_random_fresh},
    {"random.frequency", "bits are 1 as often as asked", 0, check_random_frequency},
    {"random.extremes", "so with the least and the largest probability", 0, check_random_extremes},
    {"random.correlation", "bits do not depend on those before", 0, check_random_correlation},
    {"errors.program", "program refuses places that are not there", 0, check_errors_program},
    {"errors.mac", "mac refuses what is out of range", 0, check_errors_mac},
    {"errors.random", "random refuses what is out of range", 0, check_errors_random},
    {"errors.optional", "read, erase and wear refuse places that are not there", 0,
     check_errors_optional},
};

enum { CHECKS = sizeof checks / sizeof checks[0] };

static uint32_t planes_of(uint32_t active_rows_max) {
    uint32_t planes = 0;
    while (active_rows_max >> planes != 0) {
        planes += 1;
    }
    return planes;
}

/* Words for the results of any operation, one word of columns more than there are included. */
static uint32_t result_words(const baynn_cim_geometry_t *geometry) {
    const uint32_t counts = planes_of(geometry->active_rows_max) * (geometry->columns / 32u + 1u);
    const uint32_t random = BAYNN_CIM_RANDOM_BITS_MAX / 32u + 1u;
    return (counts > random ? counts : random) + FENCE_WORDS;
}

static bool lines_are_valid(uint32_t lines) {
    return lines >= 32 && lines <= BAYNN_CIM_LINES_MAX && lines % 32u == 0;
}

size_t baynn_cim_conformance_scratch_bytes(const baynn_cim_geometry_t *geometry) {
    if (geometry == NULL || !lines_are_valid(geometry->rows) ||
        !lines_are_valid(geometry->columns) || geometry->active_rows_max > geometry->rows) {
        return 0;
    }
    const uint32_t words = 2u * (geometry->rows / 32u + 1u) +
                           (geometry->columns / 32u + FENCE_WORDS) + result_words(geometry);
    return words * sizeof(uint32_t);
}

static bool options_are_valid(const baynn_cim_conformance_options_t *options) {
    return options->struct_bytes >= sizeof *options && options->wrong_counts_ppm_max <= 1000000u &&
           options->wrong_cells_ppm_max <= 1000000u &&
           options->probability_error_q16_max <= 16384u && options->random_bits >= 4096u &&
           options->random_bits <= 1u << 24;
}

/* Fits the run to the geometry, and lays out scratch. */
static baynn_status_t prepare(run_t *run, uint32_t *scratch, size_t scratch_bytes) {
    const baynn_cim_geometry_t *geometry = &run->geometry;
    const uint32_t first = run->options.first_array;
    if (first >= geometry->arrays || run->options.arrays > geometry->arrays - first ||
        run->options.active_rows > geometry->active_rows_max) {
        return BAYNN_ERROR_ARGUMENT;
    }
    if (scratch_bytes < baynn_cim_conformance_scratch_bytes(geometry)) {
        return BAYNN_ERROR_STORAGE;
    }
    run->end_array = run->options.arrays == 0 ? geometry->arrays : first + run->options.arrays;
    run->active_rows =
        run->options.active_rows == 0 ? geometry->active_rows_max : run->options.active_rows;
    run->count_planes = planes_of(geometry->active_rows_max);
    run->row_words = geometry->rows / 32u;
    run->column_words = geometry->columns / 32u;
    run->active = scratch;
    run->inputs = run->active + run->row_words + 1u;
    run->weights = run->inputs + run->row_words + 1u;
    run->results = run->weights + run->column_words + FENCE_WORDS;
    return BAYNN_OK;
}

/* Why a check cannot run; NULL if it can. */
static const char *obstacle(const run_t *run, const check_t *check, bool table_failed) {
    const uint32_t capabilities = check->needs & 0xFFFFu;
    if (table_failed) {
        return "a check of the table or of the geometry has failed";
    }
    if ((capabilities & ~run->driver->capabilities) != 0) {
        return "the driver lacks the capability";
    }
    if ((check->needs & NEEDS_TWO_ARRAYS) != 0 && run->end_array - run->options.first_array < 2) {
        return "it takes two arrays";
    }
    if ((check->needs & NEEDS_POWER) != 0 && run->options.power_cycle == NULL) {
        return "the options have no power_cycle";
    }
    return NULL;
}

baynn_status_t baynn_cim_conformance_run(const baynn_cim_driver_t *driver, void *context,
                                         const baynn_cim_conformance_options_t *options,
                                         uint32_t *scratch, size_t scratch_bytes,
                                         baynn_cim_conformance_report_t report,
                                         void *report_context) {
    if (driver == NULL || scratch == NULL) {
        return BAYNN_ERROR_NULL;
    }
    run_t run = {.driver = driver, .context = context};
    run.options.struct_bytes = sizeof run.options;
    if (options != NULL) {
        if (options->struct_bytes < sizeof *options) {
            return BAYNN_ERROR_ARGUMENT;
        }
        run.options = *options;
    }
    run.options.random_bits = run.options.random_bits == 0 ? 131072u : run.options.random_bits;
    if (!options_are_valid(&run.options)) {
        return BAYNN_ERROR_ARGUMENT;
    }
    bool failed = false;
    bool table_failed = false;
    for (uint32_t i = 0; i < CHECKS; i += 1) {
        if (i == TABLE_CHECKS && !table_failed) {
            const baynn_status_t status = prepare(&run, scratch, scratch_bytes);
            if (status != BAYNN_OK) {
                return status;
            }
        }
        baynn_cim_conformance_event_t event = {
            i, CHECKS, BAYNN_CIM_CONFORMANCE_STARTED, checks[i].name, checks[i].claim, ""};
        if (report != NULL) {
            report(report_context, &event);
        }
        run.tally = (tally_t){.total = 0};
        const char *why = obstacle(&run, &checks[i], table_failed);
        if (why != NULL) {
            event.outcome = BAYNN_CIM_CONFORMANCE_SKIPPED;
            event.message = why;
        } else if (checks[i].passes(&run)) {
            event.outcome = BAYNN_CIM_CONFORMANCE_PASSED;
        } else {
            event.outcome = BAYNN_CIM_CONFORMANCE_FAILED;
            event.message = run.message;
            failed = true;
            table_failed = table_failed || i < TABLE_CHECKS;
        }
        if (report != NULL) {
            report(report_context, &event);
        }
    }
    return failed ? BAYNN_ERROR_SELF_TEST : BAYNN_OK;
}
