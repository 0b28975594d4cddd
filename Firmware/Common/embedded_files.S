/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts two files into flash, unchanged. Their paths come from the command line:
 *
 *     -DMODEL_FILE='"digits.baynn"' -DHELD_OUT_FILE='"digits-test.u8"'
 *
 * The runtime asks for images at multiples of 4; 8 suits wider machines as well. A
 * section for each file and for the copy lets the linker leave out what a program does
 * not use.
 */
    .syntax unified

    .section .rodata.model_image, "a"
    .balign 8
    .global model_image, model_image_end
model_image:
    .incbin MODEL_FILE
model_image_end:

    .section .rodata.held_out, "a"
    .balign 8
    .global held_out, held_out_end
held_out:
    .incbin HELD_OUT_FILE
held_out_end:

    .section .bss.model_copy, "aw", %nobits
    .balign 8
    .global model_copy, model_copy_end
model_copy:
    .space model_image_end - model_image
model_copy_end:
