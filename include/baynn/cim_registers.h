/* SPDX-License-Identifier: Apache-2.0
 *
 * A driver for devices with the register map of SPEC.md section 7, over any bus: memory
 * mapped, SPI, or the emulated device.
 *
 *     static baynn_cim_registers_t registers;
 *     baynn_cim_registers_open(&registers, &bus, bus_context, 0);
 *     baynn_cim_config_t config = BAYNN_INIT(baynn_cim_config_t);
 *     config.driver = &registers.driver;
 *     config.context = &registers;
 */
#ifndef BAYNN_CIM_REGISTERS_H
#define BAYNN_CIM_REGISTERS_H

#include <stdint.h>

#include "cim_driver.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A bus: a constant table. Addresses are in bytes, multiples of 4, from the device's first
 *  register on. A function returns BAYNN_OK or an error, as a driver does (baynn/cim_driver.h):
 *  -2000 or below, which passes through unchanged. */
typedef struct baynn_cim_bus_t {
    /** sizeof(baynn_cim_bus_t). */
    uint32_t struct_bytes;
    /** Reserved, 0. */
    uint32_t reserved;
    baynn_status_t (*read32)(void *context, uint32_t address, uint32_t *value);
    baynn_status_t (*write32)(void *context, uint32_t address, uint32_t value);
    /** Optional: `count` words at ascending addresses, for a bus with bursts or DMA. NULL: one
     *  after the other. */
    baynn_status_t (*read_words)(void *context, uint32_t address, uint32_t *words, uint32_t count);
    baynn_status_t (*write_words)(void *context, uint32_t address, const uint32_t *words,
                                  uint32_t count);
} baynn_cim_bus_t;

/** Errors that the device reports in its register ERROR: -1000 - code, for codes of 1 to 99; any
 *  other code is BAYNN_ERROR_CIM_DEVICE. */
/** Unknown command. */
#define BAYNN_CIM_DEVICE_COMMAND (-1001)
/** A command came while the device was busy. */
#define BAYNN_CIM_DEVICE_BUSY (-1002)
/** An array, row, column or number of bits is out of range. */
#define BAYNN_CIM_DEVICE_ADDRESS (-1003)
/** No row, or too many, to drive. */
#define BAYNN_CIM_DEVICE_ROWS (-1004)
/** The device noticed that a write failed. */
#define BAYNN_CIM_DEVICE_WRITE (-1005)
/** The converters or the stochastic unit did not settle. */
#define BAYNN_CIM_DEVICE_ANALOG (-1006)

/** How often STATUS is read before an operation has timed out, if nothing else is said. */
#define BAYNN_CIM_POLLS_DEFAULT 100000u

/** The driver and its state. Only driver is for the caller: it is the table to pass, with
 *  the address of this structure as its context. */
typedef struct baynn_cim_registers_t {
    baynn_cim_driver_t driver;
    uint64_t opaque[12];
} baynn_cim_registers_t;

/** Resets the device behind a bus, reads what it is, and fills in the driver.
 *
 *  Each operation waits until its command has ended, program too. After an error the next
 *  operation begins with a reset. A device that is idle without having carried out its
 *  command, or whose STATUS has unknown bits, is BAYNN_ERROR_CIM_DEVICE.
 *
 *  @param bus       stays in place as long as the driver is in use
 *  @param polls_max how often STATUS is read before giving up; 0 means
 *                   BAYNN_CIM_POLLS_DEFAULT
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT (struct_bytes, reserved or a missing function);
 *          BAYNN_ERROR_ALIGNMENT;
 *          BAYNN_ERROR_CIM_DEVICE if there is no such device at the other end of the bus;
 *          BAYNN_ERROR_CIM_GEOMETRY if what it tells is out of range;
 *          BAYNN_ERROR_CIM_TIMEOUT; an error of the bus or of the device */
baynn_status_t baynn_cim_registers_open(baynn_cim_registers_t *registers,
                                        const baynn_cim_bus_t *bus, void *bus_context,
                                        uint32_t polls_max);

#ifdef __cplusplus
}
#endif

#endif
