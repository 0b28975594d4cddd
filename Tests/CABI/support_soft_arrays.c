/* SPDX-License-Identifier: Apache-2.0 */
#include "soft_arrays.h"

static baynn_status_t begin(soft_arrays_t *soft) {
    soft->operations += 1;
    if (soft->has_no_power) {
        return SOFT_NO_POWER;
    }
    return soft->operations == soft->fail_operation ? soft->failure : BAYNN_OK;
}

static uint8_t *cell(soft_arrays_t *soft, uint32_t array, uint32_t row, uint32_t column) {
    assert_true(array < soft->arrays && row < soft->rows && column < soft->columns);
    return &soft->cells[((size_t)array * soft->rows + row) * soft->columns + column];
}

static void put(soft_arrays_t *soft, uint8_t *cell, uint32_t value) {
    *cell = (uint8_t)value;
    if (cell == soft->cells + soft->torn_cell) {
        soft->torn_cell = UINT32_MAX;
    }
    if (soft->stuck_cell != UINT32_MAX) {
        soft->cells[soft->stuck_cell] = soft->stuck_value;
    }
}

static uint32_t bit(const uint32_t *words, uint32_t index) {
    return words[index / 32] >> (index % 32) & 1u;
}

static baynn_status_t geometry(void *context, baynn_cim_geometry_t *geometry) {
    soft_arrays_t *soft = context;
    assert_int_equal(geometry->struct_bytes, sizeof *geometry);
    baynn_status_t status = begin(soft);
    if (status != BAYNN_OK) {
        return status;
    }
    geometry->arrays = soft->arrays;
    geometry->rows = soft->rows;
    geometry->columns = soft->columns;
    geometry->active_rows_max = soft->active_rows_max;
    geometry->random_units = 1;
    return BAYNN_OK;
}

static baynn_status_t program(void *context, uint32_t array, uint32_t row,
                              const uint32_t *weights) {
    soft_arrays_t *soft = context;
    baynn_status_t status = begin(soft);
    if (status != BAYNN_OK) {
        soft->has_failed_program = true;
        return status;
    }
    soft->programs += 1;
    soft->writes[array * soft->rows + row] += 1;
    soft->has_no_power = soft->programs == soft->cut_program;
    uint32_t columns = soft->has_no_power ? soft->cut_columns : soft->columns;
    for (uint32_t column = 0; column < columns; column++) {
        put(soft, cell(soft, array, row, column), bit(weights, column));
    }
    return soft->has_no_power ? SOFT_NO_POWER : BAYNN_OK;
}

static baynn_status_t mac(void *context, const baynn_cim_mac_t *mac, uint32_t *counts) {
    soft_arrays_t *soft = context;
    baynn_status_t status = begin(soft);
    if (status != BAYNN_OK) {
        return status;
    }
    soft->macs += 1;
    assert_int_equal(mac->struct_bytes, sizeof *mac);
    assert_int_equal(mac->first_row % 32, 0);
    assert_true(mac->first_row + 32 * mac->row_words <= soft->rows);
    assert_true(mac->column_words >= 1 && 32 * mac->column_words <= soft->columns);
    assert_int_equal(mac->count_planes, 32 - __builtin_clz(soft->active_rows_max));
    uint32_t driven = 0;
    for (uint32_t row = 0; row < 32 * mac->row_words; row++) {
        driven += bit(mac->active, row);
        assert_true(bit(mac->active, row) >= bit(mac->inputs, row));
    }
    assert_true(driven >= 1 && driven <= soft->active_rows_max);
    memset(counts, 0, mac->count_planes * mac->column_words * sizeof *counts);
    for (uint32_t column = 0; column < 32 * mac->column_words; column++) {
        uint32_t count = 0;
        for (uint32_t row = 0; row < 32 * mac->row_words; row++) {
            if (bit(mac->active, row)) {
                uint8_t *held = cell(soft, mac->array, mac->first_row + row, column);
                bool is_torn = !bit(mac->inputs, row) && held == soft->cells + soft->torn_cell;
                count += (*held == bit(mac->inputs, row)) != is_torn;
            }
        }
        baynn_cim_put_count(mac, counts, column, count);
    }
    return BAYNN_OK;
}

static uint32_t philox_half(const soft_arrays_t *soft, uint32_t half, uint32_t stream) {
    uint32_t words[4];
    const uint32_t key[2] = {(uint32_t)soft->seed, (uint32_t)(soft->seed >> 32)};
    const uint32_t counter[4] = {half / 8, stream, (uint32_t)soft->call,
                                 (uint32_t)(soft->call >> 32)};
    naive_philox(key, counter, words);
    return words[half % 8 / 2] >> (half % 2 * 16) & 0xFFFFu;
}

/* SPEC section 5. */
static void draw(soft_arrays_t *soft, uint32_t probability_q16, uint32_t count, uint32_t *bits) {
    uint32_t number = soft->draws_done++;
    if (number < soft->site_draws) {
        assert_int_equal(count, 1);
        bits[0] |= philox_half(soft, 2 * number + 1, 0) < probability_q16;
        return;
    }
    if (count == 128 && probability_q16 == 32768) {
        soft->has_drawn_gaussians = true;
    }
    number -= soft->site_draws;
    uint32_t layer = number % soft->wide_layers;
    uint32_t pass = number / soft->wide_layers;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t dropped = philox_half(soft, i, (layer + 1) << 16 | pass) < probability_q16;
        bits[i / 32] |= dropped << i % 32;
    }
}

static baynn_status_t random_bits(void *context, uint32_t probability_q16, uint32_t count,
                                  uint32_t *bits) {
    soft_arrays_t *soft = context;
    baynn_status_t status = begin(soft);
    if (status != BAYNN_OK) {
        return status;
    }
    assert_true(count >= 1 && count <= BAYNN_CIM_RANDOM_BITS_MAX);
    assert_true(probability_q16 >= 1 && probability_q16 <= 65535);
    soft->random_bits += count;
    /* Padding is not the driver's to care for. */
    memset(bits, 0, (count + 31) / 32 * sizeof *bits);
    if (count % 32 != 0) {
        bits[count / 32] = UINT32_MAX << count % 32;
    }
    if (soft->draws) {
        draw(soft, probability_q16, count, bits);
    }
    return BAYNN_OK;
}

static baynn_status_t sync_all(void *context) {
    return begin(context);
}

static baynn_status_t read_row(void *context, uint32_t array, uint32_t row, uint32_t *weights) {
    soft_arrays_t *soft = context;
    baynn_status_t status = begin(soft);
    if (status != BAYNN_OK) {
        return status;
    }
    memset(weights, 0, soft->columns / 8);
    for (uint32_t column = 0; column < soft->columns; column++) {
        weights[column / 32] |= (uint32_t)*cell(soft, array, row, column) << column % 32;
    }
    return BAYNN_OK;
}

static baynn_status_t erase(void *context, uint32_t array) {
    soft_arrays_t *soft = context;
    baynn_status_t status = begin(soft);
    if (status == BAYNN_OK) {
        memset(cell(soft, array, 0, 0), 0, (size_t)soft->rows * soft->columns);
    }
    return status;
}

static baynn_status_t wear(void *context, uint32_t array, uint32_t *writes) {
    soft_arrays_t *soft = context;
    baynn_status_t status = begin(soft);
    *writes = 0;
    for (uint32_t row = 0; row < soft->rows; row++) {
        uint32_t of_row = soft->writes[array * soft->rows + row];
        *writes = of_row > *writes ? of_row : *writes;
    }
    return status;
}

static baynn_status_t temperature(void *context, int32_t *millidegrees) {
    *millidegrees = 31500;
    return begin(context);
}

soft_arrays_t *soft_arrays_make(uint32_t arrays, uint32_t rows, uint32_t columns,
                                uint32_t active_rows_max, uint32_t capabilities) {
    soft_arrays_t *soft = calloc(1, sizeof *soft);
    assert_non_null(soft);
    *soft = (soft_arrays_t){
        .driver = {.struct_bytes = sizeof soft->driver,
                   .capabilities = capabilities,
                   .geometry = geometry,
                   .program = program,
                   .mac = mac,
                   .random = random_bits,
                   .sync = sync_all,
                   .read = capabilities & BAYNN_CIM_CAN_READ ? read_row : NULL,
                   .erase = capabilities & BAYNN_CIM_CAN_ERASE ? erase : NULL,
                   .wear = capabilities & BAYNN_CIM_CAN_WEAR ? wear : NULL,
                   .temperature = capabilities & BAYNN_CIM_CAN_TEMPERATURE ? temperature : NULL},
        .arrays = arrays,
        .rows = rows,
        .columns = columns,
        .active_rows_max = active_rows_max,
        .cells = calloc((size_t)arrays * rows, columns),
        .writes = calloc((size_t)arrays * rows, sizeof(uint32_t)),
        .failure = SOFT_FAILED,
        .stuck_cell = UINT32_MAX,
        .torn_cell = UINT32_MAX};
    assert_non_null(soft->cells);
    assert_non_null(soft->writes);
    return soft;
}

void soft_arrays_free(soft_arrays_t *soft) {
    free(soft->cells);
    free(soft->writes);
    free(soft);
}

baynn_cim_config_t soft_config(soft_arrays_t *soft) {
    return (baynn_cim_config_t){
        .struct_bytes = sizeof(baynn_cim_config_t), .driver = &soft->driver, .context = soft};
}

void soft_program(baynn_cim_t *cim) {
    uint32_t finished = 0;
    while (!finished) {
        assert_int_equal(baynn_cim_program(cim, 7, &finished), BAYNN_OK);
    }
}

room_t soft_room(baynn_cim_t *cim, const baynn_session_config_t *config) {
    room_t room = {NULL, 0, NULL};
    assert_int_equal(baynn_cim_session_storage_bytes(cim, config, &room.bytes), BAYNN_OK);
    room.storage = malloc(room.bytes);
    assert_non_null(room.storage);
    memset(room.storage, 0xA5, room.bytes);
    assert_int_equal(
        baynn_cim_session_init(room.storage, room.bytes - 1, cim, config, &room.session),
        BAYNN_ERROR_STORAGE);
    assert_int_equal(baynn_cim_session_init(room.storage, room.bytes, cim, config, &room.session),
                     BAYNN_OK);
    return room;
}
