/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include "baynn.h"
#include "console.h"
#include "instruction_counter.h"
#include "row.h"

static uint64_t storage[8192]; /* 64 KiB */
static baynn_model_t model;
static uint32_t built_image[64 * 1024]; /* 256 KiB */

static bool succeeded(const subject_t *subject, const char *what, baynn_status_t status) {
    if (status != BAYNN_OK) {
        console_text("error: ");
        console_text(subject->section);
        console_text(", ");
        console_text(what);
        console_text(": ");
        console_text(baynn_status_name(status));
        console_text("\n");
    }
    return status == BAYNN_OK;
}

typedef baynn_status_t open_function_t(baynn_model_t *model, const void *image, size_t bytes,
                                       baynn_parts_t *parts);

static bool measure_open(const subject_t *subject, const char *name, open_function_t *open) {
    const uint64_t earlier = instruction_counter_now();
    const baynn_status_t status =
        open(&model, subject->image, subject->image_bytes, baynn_parts_all);
    const uint32_t count = instruction_counter_since(earlier);
    row_print(subject->section, name, count);
    return succeeded(subject, name, status);
}

static bool measure_self_test(const subject_t *subject) {
    size_t bytes;
    if (!succeeded(subject, "size", baynn_self_test_storage_bytes(&model, &bytes))) {
        return false;
    }
    /* All that does not fit is refused by the self-test. */
    bytes = bytes < sizeof storage ? bytes : sizeof storage;
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const uint64_t earlier = instruction_counter_now();
    const baynn_status_t status = baynn_self_test(storage, bytes, &model, NULL, &report);
    const uint32_t count = instruction_counter_since(earlier);
    row_print(subject->section, "self_test", count);
    return succeeded(subject, "self-test", status);
}

/* The mean over all inputs; the session's start is not part of it. */
static bool count_inference(const subject_t *subject, const baynn_session_config_t *config,
                            uint32_t *count) {
    baynn_session_t *session;
    if (!succeeded(subject, "session",
                   baynn_session_init(storage, sizeof storage, &model, config, &session))) {
        return false;
    }
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    if (!succeeded(subject, "information", baynn_model_info(&model, &info))) {
        return false;
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < subject->input_count; i += 1) {
        const uint8_t *input = subject->inputs + i * subject->input_stride;
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        const uint64_t earlier = instruction_counter_now();
        const baynn_status_t status = baynn_infer(session, input, info.input_elements, &prediction);
        sum += instruction_counter_since(earlier);
        if (!succeeded(subject, "inference", status)) {
            return false;
        }
    }
    *count = (uint32_t)(sum / subject->input_count);
    return true;
}

static bool measure_memory(const subject_t *subject, const char *name, uint32_t memory) {
    static const struct {
        const char *name;
        uint32_t posterior;
    } posteriors[] = {
        {"deterministic", BAYNN_POSTERIOR_DETERMINISTIC},
        {"exact", BAYNN_POSTERIOR_EXACT},
        {"certified", BAYNN_POSTERIOR_CERTIFIED},
        {"sampled_20", BAYNN_POSTERIOR_SAMPLED},
    };
    baynn_session_config_t config = {
        .struct_bytes = sizeof config, .memory = memory, .passes = 20, .seed = 1};
    uint32_t reference = 0;
    for (size_t i = 0; i < sizeof posteriors / sizeof posteriors[0]; i += 1) {
        config.posterior = posteriors[i].posterior;
        uint32_t count;
        if (!count_inference(subject, &config, &count)) {
            return false;
        }
        reference = i == 0 ? count : reference;
        row_print_ratio(subject->section, name, posteriors[i].name, count, reference);
    }
    size_t bytes;
    config.posterior = BAYNN_POSTERIOR_DEFAULT;
    if (!succeeded(subject, "size", baynn_session_storage_bytes(&model, &config, &bytes))) {
        return false;
    }
    row_print_ratio(subject->section, name, "storage_bytes", (uint32_t)bytes, 0);
    return true;
}

bool measure(const subject_t *subject) {
    return measure_open(subject, "open_trusted", baynn_model_open_trusted) &&
           measure_open(subject, "open", baynn_model_open) && measure_self_test(subject) &&
           measure_memory(subject, "fast", BAYNN_MEMORY_FAST) &&
           measure_memory(subject, "minimal", BAYNN_MEMORY_MINIMAL);
}

bool measure_posterior(const subject_t *subject) {
    if (!succeeded(
            subject, "open",
            baynn_model_open(&model, subject->image, subject->image_bytes, baynn_parts_dense))) {
        return false;
    }
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
    uint32_t pass;
    uint32_t exact;
    if (!count_inference(subject, &config, &pass)) {
        return false;
    }
    config.posterior = BAYNN_POSTERIOR_EXACT;
    if (!count_inference(subject, &config, &exact)) {
        return false;
    }
    row_print_ratio("posterior", subject->section, "exact", exact, pass);
    return true;
}

bool measure_storage(const subject_t *subject) {
    size_t bytes;
    const baynn_session_config_t config = {.struct_bytes = sizeof config,
                                           .posterior = BAYNN_POSTERIOR_EXACT};
    if (!succeeded(
            subject, "open",
            baynn_model_open(&model, subject->image, subject->image_bytes, baynn_parts_dense)) ||
        !succeeded(subject, "size", baynn_session_storage_bytes(&model, &config, &bytes))) {
        return false;
    }
    row_print(subject->section, "storage_bytes", (uint32_t)bytes);
    return true;
}

bool measure_network(const char *section, const image_spec_t *spec, const uint8_t *inputs,
                     size_t input_count, bool (*measure_subject)(const subject_t *subject)) {
    const size_t image_bytes = image_builder_build(spec, built_image, sizeof built_image);
    if (image_bytes == 0) {
        console_text("error: ");
        console_text(section);
        console_text(": no room for the image\n");
        return false;
    }
    const subject_t subject = {
        .section = section,
        .image = built_image,
        .image_bytes = image_bytes,
        .inputs = inputs,
        .input_count = input_count,
        .input_stride = (size_t)spec->height * spec->width * spec->channels,
    };
    return measure_subject(&subject);
}
