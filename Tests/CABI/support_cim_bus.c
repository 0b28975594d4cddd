/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_bus.h"

enum { BUSY = 1, DONE = 2, ERROR = 4 };

cim_device_t *cim_device_make(uint32_t arrays, uint32_t rows, uint32_t columns,
                              uint32_t active_max) {
    cim_device_t *device = calloc(1, sizeof *device);
    assert_non_null(device);
    device->id = 0x4D434E42u;
    device->version = 1;
    device->arrays = arrays;
    device->rows = rows;
    device->columns = columns;
    device->active_max = active_max;
    device->units = 1;
    device->capabilities = 0xF;
    device->weights = calloc((size_t)arrays * rows * columns, 1);
    device->row_writes = calloc((size_t)arrays * rows, sizeof(uint32_t));
    assert_non_null(device->weights);
    assert_non_null(device->row_writes);
    device->random = 99;
    return device;
}

void cim_device_free(cim_device_t *device) {
    free(device->weights);
    free(device->row_writes);
    free(device);
}

void cim_device_fill(cim_device_t *device, uint64_t seed) {
    size_t cells = (size_t)device->arrays * device->rows * device->columns;
    for (size_t i = 0; i < cells; i++) {
        device->weights[i] = image_random(&seed) & 1;
    }
}

static uint8_t *row_of(const cim_device_t *device, uint32_t array, uint32_t row) {
    return device->weights + ((size_t)array * device->rows + row) * device->columns;
}

static uint32_t bit_of(const uint32_t *words, uint32_t index) {
    return words[index / 32] >> (index % 32) & 1;
}

static uint32_t count_mac(cim_device_t *device) {
    uint32_t driven = 0;
    if (device->row % 32 != 0 || device->row_words == 0 || device->column_words == 0 ||
        device->row / 32 + device->row_words > device->rows / 32 ||
        device->column_words > device->columns / 32) {
        return 3;
    }
    for (uint32_t i = 0; i < 32 * device->row_words; i++) {
        driven += bit_of(device->active, i);
    }
    if (driven == 0 || driven > device->active_max) {
        return 4;
    }
    uint32_t planes = 0;
    while (device->active_max >> planes != 0) {
        planes++;
    }
    memset(device->result, 0, planes * device->column_words * sizeof(uint32_t));
    for (uint32_t column = 0; column < 32 * device->column_words; column++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < 32 * device->row_words; i++) {
            uint32_t weight = row_of(device, device->array, device->row + i)[column];
            count += bit_of(device->active, i) & (weight == bit_of(device->inputs, i));
        }
        for (uint32_t plane = 0; plane < planes; plane++) {
            device->result[plane * device->column_words + column / 32] |= (count >> plane & 1)
                                                                          << column % 32;
        }
    }
    return 0;
}

static uint32_t draw(cim_device_t *device) {
    if (device->random_bits < 1 || device->random_bits > 65536 || device->probability < 1 ||
        device->probability > 65535) {
        return 3;
    }
    memset(device->result, 0, sizeof device->result);
    for (uint32_t i = 0; i < device->random_bits; i++) {
        uint32_t bit = (image_random(&device->random) & 0xFFFF) < device->probability;
        device->result[i / 32] |= bit << i % 32;
    }
    return 0;
}

static uint32_t most_writes(const cim_device_t *device) {
    uint32_t most = 0;
    for (uint32_t row = 0; row < device->rows; row++) {
        uint32_t writes = device->row_writes[device->array * device->rows + row];
        most = writes > most ? writes : most;
    }
    return most;
}

/** Carries out a command; the code of its error. */
static uint32_t execute(cim_device_t *device, uint32_t command) {
    if (command == CIM_COMMAND_SYNC) {
        return 0;
    }
    if (command == CIM_COMMAND_RANDOM) {
        return draw(device);
    }
    if (command == CIM_COMMAND_TEMPERATURE) {
        device->value = (uint32_t)device->millidegrees;
        return 0;
    }
    uint32_t takes_row = command == CIM_COMMAND_PROGRAM || command == CIM_COMMAND_READ;
    if (device->array >= device->arrays || (takes_row && device->row >= device->rows)) {
        return 3;
    }
    uint8_t *weights = row_of(device, device->array, takes_row ? device->row : 0);
    switch (command) {
    case CIM_COMMAND_PROGRAM:
        for (uint32_t i = 0; i < device->columns; i++) {
            weights[i] = (uint8_t)bit_of(device->cells, i);
        }
        device->row_writes[device->array * device->rows + device->row] += 1;
        return 0;
    case CIM_COMMAND_READ:
        memset(device->cells, 0, sizeof device->cells);
        for (uint32_t i = 0; i < device->columns; i++) {
            device->cells[i / 32] |= (uint32_t)weights[i] << i % 32;
        }
        return 0;
    case CIM_COMMAND_ERASE:
        memset(weights, 0, (size_t)device->rows * device->columns);
        return 0;
    case CIM_COMMAND_MAC:
        return count_mac(device);
    case CIM_COMMAND_WEAR:
        device->value = most_writes(device);
        return 0;
    default:
        return 1;
    }
}

static void start(cim_device_t *device, uint32_t command) {
    device->commands[command < CIM_COMMANDS ? command : 0] += 1;
    if (command == CIM_COMMAND_RESET) {
        device->error = 0;
        device->status = BUSY | DONE;
        device->busy_left = device->busy_polls == UINT32_MAX ? 0 : device->busy_polls;
        return;
    }
    if (device->busy_left != 0) {
        device->violations += 1;
        device->error = 2;
        device->status = BUSY | DONE | ERROR;
        return;
    }
    device->status = 0;
    device->error = 0;
    if (device->loses) {
        device->loses = 0;
        return;
    }
    device->error = device->fails ? device->fail_code : execute(device, command);
    device->status = BUSY | DONE | (device->fails || device->error != 0 ? ERROR : 0u);
    device->fails = 0;
    device->busy_left = device->busy_polls;
}

static uint32_t read_status(cim_device_t *device) {
    if (device->busy_left == UINT32_MAX) {
        return BUSY | device->status_bits;
    }
    if (device->busy_left != 0) {
        device->busy_left -= 1;
        return BUSY | device->status_bits;
    }
    return (device->status & (DONE | ERROR)) | device->status_bits;
}

static uint32_t *window_of(cim_device_t *device, uint32_t address) {
    static const uint32_t bytes = 4 * CIM_WINDOW_WORDS;
    if (address >= 0x1000 && address < 0x1000 + bytes) {
        return device->active + (address - 0x1000) / 4;
    }
    if (address >= 0x2000 && address < 0x2000 + bytes) {
        return device->inputs + (address - 0x2000) / 4;
    }
    if (address >= 0x3000 && address < 0x3000 + bytes) {
        return device->cells + (address - 0x3000) / 4;
    }
    if (address >= 0x4000 && address < 0x4000 + 4 * CIM_RESULT_WORDS) {
        return device->result + (address - 0x4000) / 4;
    }
    return NULL;
}

static uint32_t *register_of(cim_device_t *device, uint32_t address) {
    switch (address) {
    case 0x02C:
        return &device->array;
    case 0x030:
        return &device->row;
    case 0x034:
        return &device->row_words;
    case 0x038:
        return &device->column_words;
    case 0x03C:
        return &device->probability;
    case 0x040:
        return &device->random_bits;
    default:
        return window_of(device, address);
    }
}

static uint32_t hostile_word(cim_device_t *device, uint32_t address) {
    uint64_t random = image_random(&device->hostile);
    uint32_t word = (uint32_t)(random >> 32);
    /* Small values and powers of two get further than others. */
    switch (random % 4) {
    case 0:
        word %= 8;
        break;
    case 1:
        word = 1u << word % 32;
        break;
    case 2:
        word = address == 0x024 ? DONE : word % 4097;
        break;
    default:
        break;
    }
    return address == 0x000 ? device->id : address == 0x004 ? device->version : word;
}

static uint32_t load(cim_device_t *device, uint32_t address) {
    device->words += 1;
    device->violations += address % 4 != 0;
    if (device->hostile != 0) {
        return hostile_word(device, address);
    }
    if (address == 0x024) {
        return read_status(device);
    }
    const uint32_t constants[] = {device->id,    device->version,     device->arrays,
                                  device->rows,  device->columns,     device->active_max,
                                  device->units, device->capabilities};
    if (address < sizeof constants) {
        return constants[address / 4];
    }
    device->violations += device->busy_left != 0;
    if (address == 0x028) {
        return device->error;
    }
    if (address == 0x044) {
        return device->value;
    }
    uint32_t *word = register_of(device, address);
    device->violations += word == NULL || (address >= 0x1000 && address < 0x3000);
    return word == NULL ? 0 : *word;
}

static void store(cim_device_t *device, uint32_t address, uint32_t value) {
    device->words += 1;
    device->writes += 1;
    if (address == 0x020) {
        start(device, value);
        return;
    }
    uint32_t *word = register_of(device, address);
    device->violations += word == NULL || address >= 0x4000 || device->busy_left != 0;
    if (word != NULL) {
        *word = value;
    }
}

static int fails_now(cim_device_t *device) {
    device->accesses += 1;
    return device->accesses == device->fail_access;
}

static baynn_status_t read32(void *context, uint32_t address, uint32_t *value) {
    cim_device_t *device = context;
    if (fails_now(device)) {
        return CIM_FAILED;
    }
    *value = load(device, address);
    return BAYNN_OK;
}

static baynn_status_t write32(void *context, uint32_t address, uint32_t value) {
    cim_device_t *device = context;
    if (fails_now(device)) {
        return CIM_FAILED;
    }
    store(device, address, value);
    return BAYNN_OK;
}

static baynn_status_t read_words(void *context, uint32_t address, uint32_t *words, uint32_t count) {
    cim_device_t *device = context;
    if (fails_now(device)) {
        return CIM_FAILED;
    }
    for (uint32_t i = 0; i < count; i++) {
        words[i] = load(device, address + 4 * i);
    }
    return BAYNN_OK;
}

static baynn_status_t write_words(void *context, uint32_t address, const uint32_t *words,
                                  uint32_t count) {
    cim_device_t *device = context;
    if (fails_now(device)) {
        return CIM_FAILED;
    }
    for (uint32_t i = 0; i < count; i++) {
        store(device, address + 4 * i, words[i]);
    }
    return BAYNN_OK;
}

const baynn_cim_bus_t cim_bus_words = {
    .struct_bytes = sizeof(baynn_cim_bus_t), .read32 = read32, .write32 = write32};
const baynn_cim_bus_t cim_bus_bursts = {.struct_bytes = sizeof(baynn_cim_bus_t),
                                        .read32 = read32,
                                        .write32 = write32,
                                        .read_words = read_words,
                                        .write_words = write_words};

baynn_cim_registers_t cim_registers_open(cim_device_t *device, const baynn_cim_bus_t *bus) {
    baynn_cim_registers_t registers;
    memset(&registers, 0xA5, sizeof registers);
    assert_int_equal(baynn_cim_registers_open(&registers, bus, device, 0), BAYNN_OK);
    return registers;
}
