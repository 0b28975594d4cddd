/* SPDX-License-Identifier: Apache-2.0
 *
 * The registers of the MX-16, an accelerator that does not exist: what the data sheet of one
 * that does would say. 16-bit registers; addresses count registers.
 *
 * 8 tiles of 128 rows and 64 columns. Columns are interleaved: position q of a row buffer is
 * column 2 q for q < 32, and column 2 (q - 32) + 1 from there on.
 */
#ifndef MX16_REGISTERS_H
#define MX16_REGISTERS_H

enum { MX16_TILES = 8, MX16_ROWS = 128, MX16_COLUMNS = 64, MX16_WORD_LINES_MAX = 24 };

enum {
    /** Read: 0x4D58. */
    MX16_ID = 0x00,
    /** Write: starts a command. Ignored while FAULT is not 0. */
    MX16_COMMAND = 0x01,
    /** Bit 0: DONE, the interrupt line; set at the end of a command, cleared by writing 1.
     *  Bit 1: BUSY, read only. */
    MX16_INTERRUPT = 0x02,
    /** The first fault since it was cleared by writing 0. */
    MX16_FAULT = 0x03,
    MX16_TILE = 0x04,
    MX16_ROW = 0x05,
    /** Read: random words that are waiting, up to 8. */
    MX16_ENTROPY_LEVEL = 0x06,
    /** Read: takes one, 16 random bits. Reading it at level 0 is a fault. */
    MX16_ENTROPY = 0x07,
    /** Two bits a row, eight rows a register, row 0 in the lowest: MX16_LINE_.... */
    MX16_WORD_LINES = 0x10,
    /** A row of weights by position: bit i of register k is position 16 k + i. */
    MX16_ROW_BUFFER = 0x20,
    /** Counts by position, two a register, the lower position in the low byte. */
    MX16_COUNTS = 0x40
};

enum { MX16_INTERRUPT_DONE = 1, MX16_INTERRUPT_BUSY = 2, MX16_ID_VALUE = 0x4D58 };

enum { MX16_LINE_OFF = 0, MX16_LINE_PLUS = 1, MX16_LINE_MINUS = 2 };

enum {
    /** Row buffer to row; done when the cells have settled. */
    MX16_WRITE_ROW = 1,
    /** Row to row buffer. */
    MX16_READ_ROW = 2,
    /** All weights of a tile to 0. */
    MX16_CLEAR_TILE = 3,
    /** Counts in all columns of a tile. */
    MX16_COUNT = 4,
    /** Makes what was written survive a loss of power. */
    MX16_COMMIT = 5
};

enum {
    MX16_FAULT_COMMAND = 1,
    MX16_FAULT_ADDRESS = 2,
    /** No word line, too many, or an invalid code. */
    MX16_FAULT_WORD_LINES = 3,
    MX16_FAULT_WRITE = 4,
    MX16_FAULT_ENTROPY = 5,
    MX16_FAULT_BUSY = 6
};

#endif
