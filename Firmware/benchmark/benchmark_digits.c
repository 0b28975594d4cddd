/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "embedded_files.h"
#include "measure.h"
#include "records.h"

enum { INPUTS = 20 };

bool benchmark_digits(void) {
    const size_t records = (size_t)(held_out_end - held_out) / RECORD_BYTES;
    const subject_t subject = {
        .section = "digits",
        .image = model_image,
        .image_bytes = (size_t)(model_image_end - model_image),
        .inputs = held_out,
        .input_count = records < INPUTS ? records : INPUTS,
        .input_stride = RECORD_BYTES,
    };
    return subject.input_count > 0 && measure(&subject);
}
