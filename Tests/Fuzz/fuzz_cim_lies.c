/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baynn.h"
#include "convolution_network.h"
#include "image_builder.h"

/* A model on arrays whose device lies: on its register bus, or as a driver. Between honest answers
 * come wrong words, statuses of all kinds, positive ones too, and devices that are busy for ever;
 * the image may be damaged meanwhile. Whatever is called returns, and has asked no more of the
 * device than its arguments and the header let one expect. */

enum {
    ROWS = 32,
    COLUMNS = 64,
    ARRAYS = 12,
    POLLS_MAX = 40,
    STEPS_MAX = 24,
    /* Operations of a driver for a row: written and read with both inputs, so often. */
    ATTEMPTS_MAX = 4,
    ROW_OPERATIONS = 1 + 3 * ATTEMPTS_MAX,
    LABEL_ROWS = 2,
    LABEL_OPERATIONS = 2 + ATTEMPTS_MAX * (2 * LABEL_ROWS + 2),
    /* Accesses to the bus for an operation: two waits, a window of rows twice, all counts. */
    OPERATION_ACCESSES = 2 * POLLS_MAX + 2 * (ROWS / 32) + 7 * (COLUMNS / 32) + 32
};

#define require(condition) require_at((condition), #condition, __LINE__)

static void require_at(int condition, const char *text, int line) {
    if (!condition) {
        fprintf(stderr, "fuzz_cim_lies.c:%d: does not hold: %s\n", line, text);
        abort();
    }
}

static void *block(size_t bytes) {
    void *memory = malloc(bytes + (bytes == 0));
    require(memory != NULL);
    return memory;
}

/** What is left of the data; zeros after its end. */
typedef struct source {
    const uint8_t *data;
    size_t bytes;
} source_t;

static uint32_t take(source_t *source, size_t bytes) {
    uint32_t value = 0;
    size_t there = source->bytes < bytes ? source->bytes : bytes;
    memcpy(&value, source->data, there);
    source->data += there;
    source->bytes -= there;
    return value;
}

/* ---- The liar ---- */

typedef struct liar {
    source_t source;
    /** Honest answers up to the next lie; UINT32_MAX: no more lies. */
    uint32_t honest_left;
    int lies_on_bus;
    int is_busy_for_ever;
    /** Operations and accesses so far. */
    uint64_t operations;
    uint64_t accesses;
    baynn_cim_bus_t honest_bus;
    baynn_cim_emulator_t *device;
    baynn_cim_registers_t registers;
} liar_t;

static void plan_next_lie(liar_t *liar) {
    uint32_t gap = take(&liar->source, 2);
    liar->honest_left = liar->source.bytes == 0 ? UINT32_MAX : gap >> gap % 16;
}

/* Whether this answer is a lie. */
static int is_turn(liar_t *liar) {
    if (liar->honest_left == UINT32_MAX) {
        return 0;
    }
    if (liar->honest_left > 0) {
        liar->honest_left--;
        return 0;
    }
    plan_next_lie(liar);
    return 1;
}

/* Spoils words that have been answered, or the status. */
static baynn_status_t lie(liar_t *liar, baynn_status_t status, uint32_t *words, size_t count) {
    static const baynn_status_t statuses[] = {1,     2,     1000,  INT32_MAX, -1,        -38,
                                              -64,   -80,   -84,   -85,       INT32_MIN, -999,
                                              -1000, -1001, -1005, -2000};
    uint32_t what = take(&liar->source, 1);
    if (what % 4 == 0 || count == 0) {
        return statuses[what / 4 % (sizeof statuses / sizeof statuses[0])];
    }
    if (what == 1) {
        liar->is_busy_for_ever = 1;
    }
    uint32_t word = take(&liar->source, 4);
    for (size_t i = 0; i < count; i++) {
        words[i] = what % 4 == 1 ? word : what % 4 == 2 ? words[i] ^ word : 0u - (what / 4 % 2);
    }
    return status;
}

/* ---- On the bus ---- */

static baynn_status_t bus_read32(void *context, uint32_t address, uint32_t *value) {
    liar_t *liar = context;
    liar->accesses++;
    baynn_status_t status = liar->honest_bus.read32(liar->device, address, value);
    if (liar->lies_on_bus && is_turn(liar)) {
        status = lie(liar, status, value, 1);
    }
    if (liar->lies_on_bus && liar->is_busy_for_ever && address == 0x24) {
        *value = 1;
    }
    return status;
}

static baynn_status_t bus_write32(void *context, uint32_t address, uint32_t value) {
    liar_t *liar = context;
    liar->accesses++;
    if (liar->lies_on_bus && is_turn(liar)) {
        return lie(liar, BAYNN_OK, &value, 1);
    }
    return liar->honest_bus.write32(liar->device, address, value);
}

static const baynn_cim_bus_t bus = {
    .struct_bytes = sizeof bus, .read32 = bus_read32, .write32 = bus_write32};

/* ---- As a driver ---- */

/* What an honest driver says, or a lie about it. */
#define OPERATION(CALL, WORDS, COUNT)                                                              \
    liar_t *liar = context;                                                                        \
    liar->operations++;                                                                            \
    baynn_status_t status = liar->registers.driver.CALL;                                           \
    return !liar->lies_on_bus && is_turn(liar) ? lie(liar, status, (WORDS), (COUNT)) : status

static baynn_status_t geometry(void *context, baynn_cim_geometry_t *shape) {
    OPERATION(geometry(&liar->registers, shape), &shape->arrays, 5);
}

static baynn_status_t program(void *context, uint32_t array, uint32_t row,
                              const uint32_t *weights) {
    OPERATION(program(&liar->registers, array, row, weights), NULL, 0);
}

static baynn_status_t mac(void *context, const baynn_cim_mac_t *mac, uint32_t *counts) {
    /* The arguments are the library's, and hold whatever it has been told. */
    require(mac->first_row % 32 == 0 && mac->row_words >= 1 && mac->column_words >= 1);
    OPERATION(mac(&liar->registers, mac, counts), counts, mac->count_planes * mac->column_words);
}

static baynn_status_t draw(void *context, uint32_t probability_q16, uint32_t count,
                           uint32_t *bits) {
    require(probability_q16 >= 1 && probability_q16 <= 65535);
    require(count >= 1 && count <= BAYNN_CIM_RANDOM_BITS_MAX);
    OPERATION(random(&liar->registers, probability_q16, count, bits), bits, (count + 31) / 32);
}

static baynn_status_t sync(void *context) {
    OPERATION(sync(&liar->registers), NULL, 0);
}

static baynn_status_t read_row(void *context, uint32_t array, uint32_t row, uint32_t *weights) {
    OPERATION(read(&liar->registers, array, row, weights), weights, COLUMNS / 32);
}

static baynn_status_t erase(void *context, uint32_t array) {
    OPERATION(erase(&liar->registers, array), NULL, 0);
}

static baynn_status_t wear(void *context, uint32_t array, uint32_t *writes) {
    OPERATION(wear(&liar->registers, array, writes), writes, 1);
}

static baynn_status_t temperature(void *context, int32_t *millidegrees) {
    OPERATION(temperature(&liar->registers, millidegrees), (uint32_t *)millidegrees, 1);
}

static const baynn_cim_driver_t lying_driver = {
    .struct_bytes = sizeof lying_driver,
    .capabilities =
        BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE | BAYNN_CIM_CAN_WEAR | BAYNN_CIM_CAN_TEMPERATURE,
    .geometry = geometry,
    .program = program,
    .mac = mac,
    .random = draw,
    .sync = sync,
    .read = read_row,
    .erase = erase,
    .wear = wear,
    .temperature = temperature,
};

/* ---- What has been asked of the device ---- */

typedef struct budget {
    const liar_t *liar;
    uint64_t operations;
    uint64_t accesses;
} budget_t;

static budget_t measure(const liar_t *liar) {
    return (budget_t){liar, liar->operations, liar->accesses};
}

/* No more than so many operations of a driver since then. On the bus an operation is several
 * accesses. */
static void spend(const budget_t *before, uint64_t operations) {
    require(before->liar->operations - before->operations <= operations);
    require(before->liar->accesses - before->accesses <= operations * OPERATION_ACCESSES);
}

/* ---- Device, model ---- */

static void *make_device(liar_t *liar) {
    baynn_cim_emulator_config_t config = {.struct_bytes = sizeof config,
                                          .arrays = ARRAYS,
                                          .rows = ROWS,
                                          .columns = COLUMNS,
                                          .active_rows_max = 1 + take(&liar->source, 1) % ROWS,
                                          .random_units = 1 + take(&liar->source, 1) % 4,
                                          .seed = 1,
                                          .busy_polls = take(&liar->source, 1) % 4,
                                          .parallel_ns = 135700,
                                          .antiparallel_ns = 53200,
                                          .unit_stability_q8 = 60 << 8,
                                          .unit_pulse_ns = 10};
    size_t bytes = 0;
    require(baynn_cim_emulator_storage_bytes(&config, &bytes) == BAYNN_OK);
    void *storage = block(bytes);
    require(baynn_cim_emulator_init(storage, bytes, &config, &liar->device) == BAYNN_OK);
    liar->honest_bus.struct_bytes = sizeof liar->honest_bus;
    require(baynn_cim_emulator_bus(liar->device, &liar->honest_bus) == BAYNN_OK);
    return storage;
}

static uint8_t *make_image(uint32_t choice, size_t *bytes) {
    uint8_t *image;
    if (choice % 2 == 0) {
        const image_layer_t layers[] = {{20, 2, 20000},
                                        {33, choice / 2 % 2 + 1, choice / 2 % 2 * 9830}};
        const image_spec_t spec = {.height = 3,
                                   .width = 2,
                                   .channels = 1,
                                   .maximum = choice / 4 % 2 == 0 ? 1 : 15,
                                   .layers = layers,
                                   .layer_count = 2,
                                   .classes = 3,
                                   .seed = 5,
                                   .scale_spread_q16 = 50000};
        *bytes = image_builder_bytes(&spec);
        image = block(*bytes);
        require(image_builder_build(&spec, image, *bytes) == *bytes);
        return image;
    }
    const convolution_network_t network = {.height = 4,
                                           .width = 4,
                                           .channels = 2,
                                           .maximum = choice / 2 % 2 == 0 ? 1 : 3,
                                           .convolution = {.kernel_y = 3,
                                                           .kernel_x = 2,
                                                           .stride_y = 1,
                                                           .stride_x = 2,
                                                           .pad_y = 1,
                                                           .pad_x = 0,
                                                           .height = 4,
                                                           .width = 2,
                                                           .outputs = 40,
                                                           .is_signed = choice / 4 % 2,
                                                           .states = 2},
                                           .seed = 9};
    *bytes = convolution_network_bytes(&network);
    image = block(*bytes);
    require(convolution_network_build(&network, image, *bytes) == *bytes);
    return image;
}

/* ---- What a program does ---- */

typedef struct program {
    liar_t liar;
    uint8_t *image;
    size_t image_bytes;
    baynn_model_t model;
    baynn_model_info_t info;
    baynn_cim_t cim;
    /** Arrays that the model takes, at most. */
    uint32_t arrays;
} program_t;

static void use_rows(program_t *program, uint32_t what, uint32_t rows) {
    budget_t before = measure(&program->liar);
    uint64_t labels = (uint64_t)program->arrays * LABEL_OPERATIONS;
    if (what == 0) {
        uint32_t finished = 0;
        (void)baynn_cim_program(&program->cim, rows, &finished);
        require(finished <= 1);
        spend(&before, labels + (uint64_t)rows * (ROW_OPERATIONS + LABEL_OPERATIONS));
    } else if (what == 1) {
        baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
        baynn_status_t status = baynn_cim_scrub(&program->cim, rows, &report);
        require(status != BAYNN_OK || report.rows <= rows);
        spend(&before, 2 * labels + (uint64_t)rows * ROW_OPERATIONS);
    } else {
        (void)baynn_cim_erase(&program->cim);
        spend(&before, labels + (uint64_t)program->arrays * ROWS + 1);
    }
}

static void use_session(program_t *program) {
    source_t *source = &program->liar.source;
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = take(source, 1) % 5,
                                     .memory = take(source, 1) % 2,
                                     .passes = 1 + take(source, 1) % 6};
    size_t bytes = 0;
    if (baynn_cim_session_storage_bytes(&program->cim, &config, &bytes) != BAYNN_OK) {
        return;
    }
    require(bytes < 1 << 20);
    void *storage = block(bytes);
    baynn_session_t *session = NULL;
    budget_t before = measure(&program->liar);
    baynn_status_t status =
        baynn_cim_session_init(storage, bytes, &program->cim, &config, &session);
    spend(&before, (uint64_t)program->arrays * LABEL_OPERATIONS + 8);
    uint8_t *input = block(program->info.input_elements);
    memset(input, 1, program->info.input_elements);
    /* A piece drives each of its rows alone at worst; all bits of a pass may be drawn one by one. */
    uint64_t piece = 4ull * program->info.piece_work_max + 64;
    uint64_t bits = (uint64_t)config.passes * (program->info.random_bits + 1);
    if (status == BAYNN_OK && take(source, 1) % 4 == 0) {
        before = measure(&program->liar);
        (void)baynn_cim_calibrate(session, input, program->info.input_elements);
        spend(&before, 4ull * program->info.pass_work_max + bits + 64);
    }
    if (status == BAYNN_OK) {
        before = measure(&program->liar);
        status = baynn_infer_begin(session, input, program->info.input_elements);
        spend(&before, bits + 8);
    }
    uint32_t finished = 0;
    for (uint32_t steps = 0; status == BAYNN_OK && !finished && steps < 4000; steps++) {
        before = measure(&program->liar);
        status = baynn_infer_step(session, 1, &finished);
        spend(&before, piece + bits);
        require(finished <= 1);
    }
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    if (session != NULL && baynn_infer_result(session, &prediction) == BAYNN_OK) {
        require(prediction.label < program->info.classes && prediction.leaves >= 1);
        require(prediction.probability_q31 <= 1u << 31);
    }
    free(input);
    free(storage);
}

static void use_self_test(program_t *program) {
    size_t bytes = 0;
    if (baynn_cim_self_test_storage_bytes(&program->cim, &bytes) != BAYNN_OK) {
        return;
    }
    void *storage = block(bytes);
    baynn_self_test_t test;
    memset(&test, 0, sizeof test);
    baynn_self_test_config_t config = {.struct_bytes = sizeof config,
                                       .tests = BAYNN_TEST_ARRAY | BAYNN_TEST_UNIT |
                                                BAYNN_TEST_MODEL | BAYNN_TEST_IMAGE};
    uint32_t finished = 0;
    baynn_status_t status =
        baynn_cim_self_test_begin(&test, storage, bytes, &program->cim, &config);
    for (uint32_t steps = 0; status == BAYNN_OK && !finished; steps++) {
        require(steps < 100000);
        budget_t before = measure(&program->liar);
        require(baynn_self_test_step(&test, 1, &finished) == BAYNN_OK);
        /* Sixteen rows, or 1024 random bits, or a piece of an answer. */
        spend(&before, 16ull * (ROW_OPERATIONS + LABEL_OPERATIONS) +
                           (uint64_t)program->arrays * LABEL_OPERATIONS +
                           4ull * program->info.piece_work_max + 1024);
    }
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    status = baynn_self_test_report(&test, &report);
    require(status != BAYNN_OK || report.failed == 0);
    require(status != BAYNN_ERROR_SELF_TEST || report.failed != 0);
    require(!finished || report.completed == report.requested);
    free(storage);
}

static void use(program_t *program) {
    source_t *source = &program->liar.source;
    for (uint32_t step = 0; step < STEPS_MAX; step++) {
        uint32_t what = take(source, 1);
        uint32_t rows = 1 + what / 16u * 5u;
        budget_t before = measure(&program->liar);
        baynn_cim_info_t info = {.struct_bytes = sizeof info};
        baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
        switch (what % 8) {
        case 0:
        case 1:
        case 2:
            use_rows(program, what % 8 == 2 && what >= 192 ? 2 : what % 8 == 2, rows);
            break;
        case 3:
            (void)baynn_cim_info(&program->cim, &info);
            spend(&before, (uint64_t)program->arrays * (LABEL_ROWS + 1) + 2);
            require(baynn_cim_ledger(&program->cim, &ledger) == BAYNN_OK);
            break;
        case 4:
            /* Whole, if nothing is wrong. */
            use_rows(program, 0, 4096);
            break;
        case 5:
            use_self_test(program);
            break;
        case 6:
            if (what >= 128) {
                program->image[take(source, 2) % program->image_bytes] ^=
                    (uint8_t)(1u << what / 16 % 8);
                break;
            }
            use_session(program);
            break;
        default:
            use_session(program);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    program_t program;
    memset(&program, 0, sizeof program);
    liar_t *liar = &program.liar;
    liar->source = (source_t){data, bytes};
    void *device = make_device(liar);
    uint32_t choice = take(&liar->source, 1);
    liar->lies_on_bus = choice / 16 % 2 == 0;
    liar->honest_left = UINT32_MAX;
    if (choice / 32 % 2 == 0) {
        /* From the beginning. */
        plan_next_lie(liar);
    }
    program.image = make_image(choice, &program.image_bytes);
    program.info.struct_bytes = sizeof program.info;
    require(baynn_model_open(&program.model, program.image, program.image_bytes, baynn_parts_all) ==
            BAYNN_OK);
    require(baynn_model_info(&program.model, &program.info) == BAYNN_OK);
    program.arrays = ARRAYS;
    budget_t before = measure(liar);
    baynn_status_t status = baynn_cim_registers_open(&liar->registers, &bus, liar, POLLS_MAX);
    spend(&before, 2);
    baynn_cim_config_t config = {.struct_bytes = sizeof config,
                                 .driver =
                                     liar->lies_on_bus ? &liar->registers.driver : &lying_driver,
                                 .context = liar->lies_on_bus ? (void *)&liar->registers : liar,
                                 .mapping = choice / 64 % 2,
                                 .ecc = choice / 128 % 2,
                                 .write_attempts = 1 + take(&liar->source, 1) % ATTEMPTS_MAX,
                                 .wrong_cells_max = take(&liar->source, 1) % 3 * 40};
    if (status == BAYNN_OK) {
        status = baynn_cim_open(&program.cim, &program.model, &config);
    }
    if (status == BAYNN_OK) {
        if (liar->honest_left == UINT32_MAX) {
            plan_next_lie(liar);
        }
        use(&program);
    }
    free(program.image);
    free(device);
    return 0;
}
