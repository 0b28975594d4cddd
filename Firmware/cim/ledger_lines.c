/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_lines.h"

#include "baynn/cim_energy.h"
#include "console.h"
#include "say.h"

/* Femtojoules of all inferences, as nanojoules of one. */
static void say_energy(const char *name, uint64_t femtojoules, uint32_t inferences) {
    say_thousandths(name, (uint32_t)(femtojoules / 1000 / inferences), "nJ");
}

static void say_count(const char *name, uint64_t count, uint32_t inferences) {
    say_number(name, (uint32_t)(count / inferences), "");
}

bool ledger_lines(const baynn_cim_t *cim, uint32_t inferences) {
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    baynn_cim_energy_t energy = {.struct_bytes = sizeof energy};
    baynn_status_t status = baynn_cim_ledger(cim, &ledger);
    if (status == BAYNN_OK) {
        status = baynn_cim_energy(&ledger, NULL, 1, &energy);
    }
    if (status != BAYNN_OK) {
        return say_failure("ledger", status);
    }
    console_text("an inference of these draws on the arrays, mean\n");
    say_count("macs", ledger.macs, inferences);
    say_count("cells read", ledger.cell_reads, inferences);
    say_count("columns converted", ledger.conversions, inferences);
    say_count("counts added", ledger.accumulations, inferences);
    say_count("random bits", ledger.random_bits, inferences);
    say_count("words moved", ledger.buffer_words, inferences);
    console_text("its energy, with the default costs\n");
    say_energy("cells", energy.cell_read_fj, inferences);
    say_energy("converters", energy.conversion_fj, inferences);
    say_energy("accumulators", energy.accumulation_fj, inferences);
    say_energy("stochastic unit", energy.random_bit_fj, inferences);
    say_energy("buffers", energy.buffer_fj, inferences);
    say_energy("total", energy.total_fj, inferences);
    say_thousandths("time", (uint32_t)(energy.time_ns / inferences), "us");
    return true;
}
