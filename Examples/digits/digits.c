/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads handwritten digits with a Bayesian binary network, shows how sure it is, and
 * what it makes of inputs that are no digits.
 */
#include <stdio.h>
#include <stdlib.h>

#include "baynn.h"
#include "card.h"
#include "evaluate.h"
#include "program.h"
#include "records.h"
#include "shift.h"
#include "survey.h"
#include "terminal.h"

static card_t make_card(const program_t *program, size_t index, shift_t shift, const char *title) {
    const uint8_t *record = program->records + index * RECORD_BYTES;
    card_t card = {.prediction.struct_bytes = sizeof card.prediction};
    uint32_t random = 1;
    shift_apply(shift, record, &random, card.pixels);
    program_require(
        baynn_infer(program->session, card.pixels, sizeof card.pixels, &card.prediction),
        "inference");
    program_require(
        baynn_infer_probabilities(program->session, card.probability_q31, RECORD_CLASSES),
        "probabilities");
    /* Noise has no right answer. */
    card.truth = shift == SHIFT_NOISE ? RECORD_CLASSES : record[RECORD_PIXELS];
    snprintf(card.title, sizeof card.title, title, (unsigned)record[RECORD_PIXELS]);
    return card;
}

/* The first record with a label; the first of all if there is none. */
static size_t find_label(const program_t *program, uint8_t label) {
    for (size_t i = 0; i < program->record_count; i += 1) {
        if (program->records[i * RECORD_BYTES + RECORD_PIXELS] == label) {
            return i;
        }
    }
    return 0;
}

static void draw_cards(const program_t *program, size_t hardest) {
    const size_t three = find_label(program, 3);
    const card_t digits[CARDS_ACROSS] = {
        make_card(program, 0, SHIFT_NONE, "a %u"),
        make_card(program, program->record_count / 2, SHIFT_NONE, "a %u"),
        make_card(program, hardest, SHIFT_NONE, "hardest, a %u"),
    };
    const card_t others[CARDS_ACROSS] = {
        make_card(program, three, SHIFT_NOISE, "noise"),
        make_card(program, three, SHIFT_ROTATED, "a %u on its side"),
        make_card(program, three, SHIFT_INVERTED, "a %u inverted"),
    };
    terminal_text(&program->terminal, INK_BOLD, "Digits it has never seen\n");
    cards_draw(&program->terminal, digits);
    terminal_text(&program->terminal, INK_BOLD, "Inputs unlike any it has learned\n");
    cards_draw(&program->terminal, others);
}

static void print_survey(const program_t *program, const char *name, const survey_t *result) {
    const uint64_t share_q31 = ((uint64_t)result->abstained << 31) / result->total;
    printf("  %-20s%5u of %u %5.1f %%  ", name, (unsigned)result->abstained,
           (unsigned)result->total, 100.0 * result->abstained / result->total);
    const int used = terminal_bar(&program->terminal, INK_UNSURE, (uint32_t)share_q31, 20);
    printf("%*s%.2f nats\n", 22 - used, "", result->entropy);
}

static void print_surveys(const program_t *program, const survey_t surveys[SHIFT_COUNT]) {
    static const char *const names[SHIFT_COUNT] = {
        [SHIFT_NONE] = "digits",
        [SHIFT_NOISE] = "uniform noise",
        [SHIFT_ROTATED] = "digits on their side",
        [SHIFT_INVERTED] = "digits inverted",
    };
    terminal_text(&program->terminal, INK_BOLD, "How often it abstains");
    printf("%54s\n", "mean entropy");
    for (int shift = 0; shift < SHIFT_COUNT; shift += 1) {
        print_survey(program, names[shift], &surveys[shift]);
    }
    const survey_t *digits = &surveys[SHIFT_NONE];
    if (digits->answered > 0) {
        printf("\nOf the %u digits it answers, %.1f %% are right.\n", (unsigned)digits->answered,
               100.0 * digits->answered_correct / digits->answered);
    }
}

static int usage(const char *name) {
    fprintf(stderr,
            "usage: %s MODEL HELD_OUT\n"
            "for example: %s Examples/Models/digits/digits.baynn "
            "Examples/Models/digits/digits-test.u8\n",
            name, name);
    return 2;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        return usage(argc > 0 ? argv[0] : "digits");
    }
    program_t program;
    program_start(&program, argv[1], argv[2]);

    survey_t surveys[SHIFT_COUNT];
    for (int shift = 0; shift < SHIFT_COUNT; shift += 1) {
        program_require(survey(program.session, program.records, program.record_count,
                               (shift_t)shift, &surveys[shift]),
                        "held-out data");
    }
    draw_cards(&program, surveys[SHIFT_NONE].hardest);
    print_surveys(&program, surveys);

    evaluation_t result;
    char line[EVALUATION_LINE_BYTES];
    program_require(evaluate(program.session, program.records, program.record_count, &result),
                    "evaluation");
    evaluation_line(&result, "host", line);
    printf("%s\n", line);
    program_end(&program);
    return EXIT_SUCCESS;
}
